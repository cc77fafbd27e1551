/* SPDX-License-Identifier: GPL-2.0 */
/*
 * qmp.h: a client of QEMU's machine protocol: one JSON object a line. Whoever is at
 * the other end is not trusted: lines, waiting and depth are bounded.
 */
#ifndef VSWCTL_QMP_H
#define VSWCTL_QMP_H

#include <jansson.h>

#include "parse.h"

/**
 * struct qmp - a connection
 * @fd:		the socket, -1 while there is none
 * @stop:	can be read when no answer shall be waited for any more
 * @number:	id of the last command
 * @unplugged:	set when a device was unplugged from the machine
 * @line:	what has come and was not taken yet
 * @length:	octets there
 * @room:	room there
 */
struct qmp {
	int fd;
	int stop;
	json_int_t number;
	bool unplugged;
	char *line;
	size_t length;
	size_t room;
};

int qmp_open(struct qmp *qmp, const char *path, struct problem *why);
void qmp_close(struct qmp *qmp);
int qmp_execute(struct qmp *qmp, const char *command, json_t *arguments,
		json_t **result, struct problem *why);
int qmp_drain(struct qmp *qmp, struct problem *why);

#endif /* VSWCTL_QMP_H */
