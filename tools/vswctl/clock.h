/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock.h: the time that deadlines are reckoned in; no one sets this clock.
 */
#ifndef VSWCTL_CLOCK_H
#define VSWCTL_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);

#endif /* VSWCTL_CLOCK_H */
