// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c: the object stats, counters of ports: its words and its tables. Every
 * frame that does not come out is counted under one named reason.
 */
#include <string.h>

#include "options.h"
#include "print.h"
#include "query.h"
#include "where.h"

#define DROP_NAME(upper, lower, text)	\
	[VSW_DROP_##upper] = #lower,
static const char *const drop_names[] = { VSW_DROPS(DROP_NAME) };

#define DROP_TEXT(upper, lower, text)	\
	[VSW_DROP_##upper] = text,
static const char *const drop_texts[] = { VSW_DROPS(DROP_TEXT) };

static const struct setting stats_arguments[] = {
	{ .word = "SWITCH", .field = STATS_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = STATS_PORT, .parse = set_name,
	  .complete = COMPLETE_PORT, .help = "name of the port" },
	{ NULL }
};

/* That the member is there says that it is wanted; it is never sent. */
static const struct setting stats_settings[] = {
	{ .word = "drops", .field = STATS_DROPS, .parse = set_constant,
	  .help = "frames dropped, by reason; with -d those that are 0 too" },
	{ NULL }
};

#define COUNTER(head, counter, when) \
	{ head, COLUMN_RIGHT | (when), STATS_FIRST_COUNTER + STATS_##counter, NULL }
static const struct column columns[] = {
	{ "SWITCH", 0, STATS_SWITCH, NULL },
	{ "PORT", COLUMN_NAME, STATS_PORT, NULL },
	COUNTER("FROM-PACKETS", FROM_PACKETS, 0),
	COUNTER("FROM-BYTES", FROM_BYTES, 0),
	COUNTER("FROM-DROPS", FROM_DROPS, 0),
	COUNTER("TO-PACKETS", TO_PACKETS, 0),
	COUNTER("TO-BYTES", TO_BYTES, 0),
	COUNTER("TO-DROPS", TO_DROPS, 0),
	COUNTER("FROM-UNI", FROM_UNICAST_PACKETS, COLUMN_DETAIL),
	COUNTER("FROM-MULTI", FROM_MULTICAST_PACKETS, COLUMN_DETAIL),
	COUNTER("FROM-BROAD", FROM_BROADCAST_PACKETS, COLUMN_DETAIL),
	COUNTER("TO-UNI", TO_UNICAST_PACKETS, COLUMN_DETAIL),
	COUNTER("TO-MULTI", TO_MULTICAST_PACKETS, COLUMN_DETAIL),
	COUNTER("TO-BROAD", TO_BROADCAST_PACKETS, COLUMN_DETAIL),
	COUNTER("LEARNED", LEARNED, COLUMN_DETAIL),
	COUNTER("MOVED", MOVED, COLUMN_DETAIL),
	COUNTER("AGED", AGED, COLUMN_DETAIL),
	COUNTER("NOT-LEARNED", NOT_LEARNED, COLUMN_DETAIL),
	{ NULL, 0, 0, NULL }
};

static const struct column drop_columns[] = {
	{ "SWITCH", 0, DROPS_SWITCH, NULL },
	{ "PORT", COLUMN_NAME, DROPS_PORT, NULL },
	{ "DROP", 0, DROPS_DROP, NULL },
	{ "PACKETS", COLUMN_RIGHT, DROPS_PACKETS, NULL },
	{ "TEXT", 0, DROPS_TEXT, NULL },
	{ NULL, 0, 0, NULL }
};

/* A record for each reason of a port. */
static void add_drops(struct ipc_list *list, const struct vsw_stats *stats)
{
	struct vsw_drops drops;
	unsigned int i;

	for (i = 1; i <= VSW_DROP_MAX; i++) {
		if (!stats->drops[i] && !options.details)
			continue;
		memset(&drops, 0, sizeof(drops));
		drops.object.has = UINT64_MAX;
		strcpy(drops.switch_name, stats->switch_name);
		strcpy(drops.port, stats->port);
		drops.to = drop_names[i][0] == 't';
		drops.drop = drop_names[i];
		drops.packets = stats->drops[i];
		drops.text = drop_texts[i];
		ipc_list_add(list, &drops);
	}
}

static void print_drops(const struct command *cmd, const struct ipc_list *stats)
{
	struct ipc_list list = { .kind = &kind_drops };
	size_t i;

	for (i = 0; i < stats->count; i++)
		add_drops(&list, ipc_list_at(stats, i));
	where_filter(cmd, &list);
	print_list(drop_columns, &list);
	ipc_list_free(&list);
}

static void print_counters(const struct command *cmd, struct ipc_list *stats)
{
	where_filter(cmd, stats);
	print_list(columns, stats);
}

static int stats_show(struct command *cmd)
{
	struct ipc_list list;
	int status;

	if (field_has(&cmd->model, STATS_PORT))
		status = query_one(cmd, &list);
	else
		status = query_list(cmd, &list);
	if (!status && field_has(&cmd->model, STATS_DROPS))
		print_drops(cmd, &list);
	else if (!status)
		print_counters(cmd, &list);
	ipc_list_free(&list);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "show", .help = "show counters of ports",
	  .arguments = stats_arguments, .settings = stats_settings,
	  .flags = VERB_WHERE, .run = stats_show },
	{ NULL }
};

const struct topic topic_stats = {
	.name = "stats",
	.help = "counters of ports: from is what came in from the NIC, to what went out to it",
	.kind = &kind_stats,
	.verbs = verbs,
};
