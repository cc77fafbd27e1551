/* SPDX-License-Identifier: GPL-2.0 */
/*
 * signals.h: the end of a command that runs until it is told to stop.
 */
#ifndef VSWCTL_SIGNALS_H
#define VSWCTL_SIGNALS_H

int signals_open(void);

#endif /* VSWCTL_SIGNALS_H */
