// SPDX-License-Identifier: GPL-2.0
/*
 * save.c: the word save: the configuration as a file that apply takes.
 */
#include "config.h"
#include "error.h"
#include "query.h"

static const struct setting save_arguments[] = {
	{ .word = "SWITCH", .field = SWITCH_NAME, .parse = set_name,
	  .complete = COMPLETE_SWITCH,
	  .help = "only this switch, its ports and its NICs" },
	{ NULL }
};

/* JSON has no way to write a name that is not UTF-8. */
static int check_texts(const struct command *cmd, const struct config *config)
{
	const struct config_list *list;
	struct problem why;
	char name[160];
	json_t *json;
	int which;
	size_t i;

	for (which = 0; which < CONFIG_KINDS; which++) {
		list = &config->lists[which];
		for (i = 0; i < list->count; i++) {
			json = config_json(&config_classes[which],
					   list->entries[i].object);
			json_decref(json);
			if (json)
				continue;
			config_describe(which, list->entries[i].object, name,
					sizeof(name));
			problem_set(&why, "%s: has a text that is not UTF-8; change it",
				    name);
			error_print(cmd->words, why.text);
			return STATUS_FAILED;
		}
	}
	return STATUS_DONE;
}

static int save_run(struct command *cmd)
{
	bool one = field_has(&cmd->model, SWITCH_NAME);
	struct config config;
	int status;

	status = config_load(cmd, &config);
	if (!status && one && !config_find(&config, CONFIG_SWITCH, &cmd->model))
		status = query_missing(&kind_switch, &cmd->model);
	if (!status) {
		config_strip(&config, one ? cmd->model.sw.name : NULL);
		status = check_texts(cmd, &config);
	}
	if (!status)
		config_print(&config);
	config_free(&config);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "print the configuration as a file for apply",
	  .arguments = save_arguments, .run = save_run },
	{ NULL }
};

const struct topic topic_save = {
	.name = "save",
	.help = "the configuration as JSON; settings that have their default are left out",
	.kind = &kind_switch,
	.verbs = verbs,
};
