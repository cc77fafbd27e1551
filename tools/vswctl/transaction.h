/* SPDX-License-Identifier: GPL-2.0 */
/*
 * transaction.h: several commands that are carried out all or not at all: from
 * the command line, parted by "--", or from a file.
 */
#ifndef VSWCTL_TRANSACTION_H
#define VSWCTL_TRANSACTION_H

#include "command.h"

struct transaction;

struct transaction *transaction_new(void);
bool transaction_add(struct transaction *transaction, const struct command *cmd,
		     unsigned int line, struct problem *why);
int transaction_words(struct transaction *transaction, struct words words);
int transaction_read(struct transaction *transaction, const char *file);
int transaction_run(struct transaction *transaction, bool dry_run);
void transaction_free(struct transaction *transaction);

#endif /* VSWCTL_TRANSACTION_H */
