// SPDX-License-Identifier: GPL-2.0
/*
 * clock.c: see clock.h.
 */
#include <time.h>

#include "clock.h"

/**
 * clock_now_ms - what time is it?
 *
 * Return: milliseconds since some time in the past.
 */
int64_t clock_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
