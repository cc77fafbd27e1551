/* SPDX-License-Identifier: GPL-2.0 */
/*
 * error.h: one line on standard error, "vswctl: WORDS: what is wrong; what to do".
 */
#ifndef VSWCTL_ERROR_H
#define VSWCTL_ERROR_H

void error_prefix(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void error_print(const char *words, const char *text);
_Noreturn void error_memory(void);

#endif /* VSWCTL_ERROR_H */
