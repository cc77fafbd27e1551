// SPDX-License-Identifier: GPL-2.0
/*
 * signals.c: see signals.h.
 */
#include <signal.h>
#include <sys/signalfd.h>

#include "signals.h"

/**
 * signals_open - have SIGINT and SIGTERM wait to be noticed
 *
 * Return: a descriptor that can be read when it is time to end, or -1.
 */
int signals_open(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}
