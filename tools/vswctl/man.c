// SPDX-License-Identifier: GPL-2.0
/*
 * man.c: prints the man page, in roff, from the tables; gen-docs keeps it in
 * vswctl.8.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "options.h"

static const char *const introduction[] = {
	"configures and shows the virtual switches of the kernel module",
	".BR vswitch .",
	"A",
	".I switch",
	"relays Ethernet frames between its",
	".IR ports .",
	"A port has all the settings, with or without a",
	".IR NIC ,",
	"the network card that is plugged into it.",
	"A NIC is either a netdev that is taken over whole, or one made by",
	".BR \"vswctl nic add\" .",
	".PP",
	"Directions are seen from the switch:",
	".B from",
	"is what comes in from the NIC,",
	".B to",
	"is what goes out to the NIC.",
	NULL
};

static const char *const transactions[] = {
	"Commands that change something can be given together, with",
	".B \\-\\-",
	"between them, or in a file, with",
	".BR \\-f .",
	"They are one transaction: the kernel carries out all of them in order, or none.",
	"What a command makes, those behind it can use.",
	"If one is refused, those before it are undone: no event is sent, no link goes",
	"down, no entry is flushed, and the error says which command it was.",
	"All commands are understood before the first one is carried out.",
	".PP",
	"The options",
	".B \\-\\-may\\-exist",
	"and",
	".B \\-\\-if\\-exists",
	"are those of one command and stand in front of it; all other options stand in",
	"front of the first command.",
	"With",
	".B \\-\\-dry\\-run",
	"the kernel carries out all commands, or one alone, and then undoes them; what it",
	"would refuse is told as without.",
	".PP",
	"In a file a command stands in one line, of at most 65536 octets.",
	"Words are parted by blanks.",
	"A",
	".B #",
	"at the beginning of a word begins a comment that goes to the end of the line.",
	"Between single quotes all is taken as it stands; between double quotes a backslash",
	"in front of a double quote or a backslash takes its meaning away, and outside of",
	"quotes in front of any character.",
	"A line may have several commands with",
	".B \\-\\-",
	"between them.",
	"A transaction has at most 16384 commands; a file without a command is done.",
	".PP",
	"Errors have in front which command it was, and of a file the line:",
	".PP",
	".EX",
	"vswctl: command 3 of 5: port add sw0 web: no such switch; ...",
	"vswctl: FILE:12: port add: SWITCH is missing",
	"vswctl: FILE:12: command 3 of 5: port add sw0 web: no such switch; ...",
	".EE",
	NULL
};

static const char *const vlan_by_vlan[] = {
	"The kernel knows the VLAN mode of a port, with all that belongs to it.",
	".B vlan add",
	"and",
	".B vlan del",
	"are made of that: the VLANs of the port are asked for, changed, and all sent as one",
	"setting of the port; in a transaction the commands before it count.",
	"If someone else changes the VLANs of the same port at the same moment, the later of",
	"both settings stays.",
	".PP",
	"What the line says of a VLAN is what it is then: without",
	".B untagged",
	"it is sent with a tag, without",
	".B pvid",
	"frames without a tag are not of this VLAN, also if they were before.",
	"To add a VLAN that is there, or to remove one that is not, is no error;",
	".B \\-\\-may\\-exist",
	"makes no difference.",
	".PP",
	"An access port or a trunk keeps its mode if that can say it, otherwise it becomes",
	"hybrid, as a port of mode none does; then it takes tagged frames of its VLANs, unless",
	".B admit",
	"says something else.",
	"A dot1q\\-tunnel is refused, as its VLANs are the customer's, and so is to remove the",
	"last VLAN, for a port of no VLAN would share the segment of those of mode none.",
	NULL
};

static const char *const output[] = {
	"Without options a table is printed, which is for people and may change.",
	"A show without a match prints no table; to name an object that does not",
	"exist is an error.",
	"In the table of ports a name in brackets is that of the netdev that the",
	"port is bound to and waits for; long VLAN lists are cut.",
	".PP",
	"With",
	".B \\-j",
	"an array of flat objects is printed, without a match an empty one.",
	"Keys that do not apply are left out.",
	"Keys are added by later versions, never changed or removed.",
	".B monitor",
	"prints one object a line.",
	".PP",
	"Events are numbered by key",
	".BR seq ,",
	"which counts up by one in each network namespace, so that a gap tells how many are",
	"missing; they are told of by a line on standard error, or with",
	".B \\-j",
	"or",
	".B \\-o",
	"by an event",
	".B missed",
	"with the number of them under key",
	".BR missed ,",
	"which is left out where nothing happened since.",
	"With",
	".B \\-\\-resync",
	"all objects are printed with the event",
	".BR state ,",
	"at the beginning and after each gap, and behind them, with",
	".B \\-j",
	"or",
	".BR \\-o ,",
	"an event",
	".BR synced .",
	"Events that waited meanwhile follow, and may tell what the state has already.",
	NULL
};

static const char *const example[] = {
	"vswctl switch add sw0 type external up -- \\",
	"       port add sw0 up1 vlan trunk 1-4094 nic eth1 role uplink -- \\",
	"       port add sw0 web vlan access 10 bind vm-web0",
	"vswctl nic add host0 type host",
	"vswctl port add sw0 fw vlan trunk 10,20 native 1 nic host0",
	"vswctl show",
	"vswctl --dry-run -f changes.vsw && vswctl -f changes.vsw",
	"vswctl --timeout 30 wait-until port sw0 web operstate=up",
	"vswctl port show where vlan=10 operstate=down",
	"vswctl -j monitor --resync",
	NULL
};

/* Text as it is: a hyphen is one that can be pasted, a dot in front no request. */
static void put(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

static void put_line(const char *macro, const char *text)
{
	printf("%s", macro);
	put(text);
	putchar('\n');
}

/* Lines that are roff already. */
static void put_roff(const char *const *lines)
{
	for (; *lines; lines++)
		puts(*lines);
}

static void sentence(const char *text)
{
	putchar(toupper((unsigned char)*text));
	put(text + 1);
	puts(".");
}

static void settings(const struct setting *table)
{
	const struct setting *s;
	char text[128];

	puts(".RS");
	for (s = table; s->word; s++) {
		help_setting(s, text, sizeof(text));
		puts(".TP");
		put_line(".B ", text);
		sentence(s->help);
		if (s->range)
			sentence(s->range);
	}
	puts(".RE");
}

static void topic(const struct topic *t)
{
	char text[HELP_LINE_MAX];
	const struct verb *v;

	put_line(".SS ", t->name);
	sentence(t->help);
	for (v = t->verbs; v->run; v++) {
		help_synopsis(t, v, text, sizeof(text));
		puts(".TP");
		put_line(".B vswctl ", text);
		sentence(v->help);
		if (!v->settings)
			continue;
		if (help_settings_again(t, v))
			puts("The settings are those above.");
		else
			settings(v->settings);
	}
}

static void keys(const char *title, const struct kind *kind, unsigned int from)
{
	unsigned int i;

	put_line(".SS ", title);
	for (i = from; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];
		const struct field_name *n;

		if (!f->key)
			continue;
		puts(".TP");
		put_line(".B ", f->key);
		sentence(f->doc);
		for (n = f->names; n && n->word; n++)
			printf("%s%s", n == f->names ? "" : ", ", n->word);
		puts(f->names ? "." : "");
	}
}

static void all_keys(void)
{
	puts(".SH KEYS OF JSON");
	keys("switch", &kind_switch, 0);
	keys("port", &kind_port, 0);
	puts(".PP\nWith\n.B \\-s\nalso those of stats.");
	keys("nic", &kind_nic, 0);
	keys("fdb", &kind_fdb, 0);
	keys("vlan", &kind_vlan, 0);
	keys("stats", &kind_stats, 0);
	keys("stats drops", &kind_drops, 0);
	puts(".SS show\nThe keys of switch, port and nic, and in front of them");
	puts(".BR object ,\nwhich of these it is.");
	puts(".SS monitor\nThe keys of switch, port, nic and fdb, and in front of them");
	puts(".B time\n(with\n.BR \\-t ),\n.BR seq ,\n.B event\nand");
	puts(".BR object .\nEvents are");
}

static void events(void)
{
	const struct field_name *n;

	for (n = event_names; n->word; n++)
		printf("%s%s", n == event_names ? "" : ", ", n->word);
	puts(".");
}

#define REASON(upper, lower, text)	{ #lower, text },
static void reasons(void)
{
	static const struct { const char *name, *text; } list[] = {
		VSW_DROPS(REASON)
		{ NULL, NULL }
	};
	unsigned int i;

	puts(".SH REASONS OF DROPS");
	for (i = 0; list[i].name; i++) {
		puts(".TP");
		put_line(".B ", list[i].name);
		sentence(list[i].text);
	}
}

static void option_list(void)
{
	const struct option_text *o;

	puts(".SH OPTIONS");
	for (o = option_texts; o->name; o++) {
		puts(".TP");
		fputs(".B ", stdout);
		if (o->brief) {
			put(o->brief);
			fputs(", ", stdout);
		}
		put(o->name);
		if (o->value)
			printf(" %s", o->value);
		puts("");
		sentence(o->help);
	}
}

static void statuses(void)
{
	const struct help_status *s;

	puts(".SH EXIT STATUS");
	for (s = help_statuses; s->status; s++) {
		puts(".TP");
		put_line(".B ", s->status);
		sentence(s->help);
	}
}

static void examples(void)
{
	const char *const *line;

	puts(".SH EXAMPLES\n.EX");
	for (line = example; *line; line++)
		put_line("", *line);
	puts(".EE");
}

static void files(void)
{
	static const char *const list[][2] = {
		{ "/etc/vswitch/*.json", "configuration that vswitch.service applies" },
		{ "/etc/machine-id", "what addresses of NICs are made from, with their names" },
		{ "/run/netns/", "names of network namespaces" },
		{ "/run/vswctl.lock", "held by apply" },
		{ NULL, NULL }
	};
	unsigned int i;

	puts(".SH FILES");
	for (i = 0; list[i][0]; i++) {
		puts(".TP");
		put_line(".I ", list[i][0]);
		sentence(list[i][1]);
	}
}

/**
 * man_print - print the man page
 */
void man_print(void)
{
	const struct topic *const *t;
	unsigned int i;

	printf(".\\\" SPDX-%s: GPL-2.0\n", "License-Identifier");
	puts(".\\\" Generated by tools/vswctl/gen-docs from the tables of vswctl.");
	printf(".TH VSWCTL 8 \"\" \"vswctl %s\" \"vswitch\"\n", VSWCTL_VERSION);
	puts(".SH NAME\nvswctl \\- configure and show in\\-kernel virtual switches");
	puts(".SH SYNOPSIS\n.B vswctl\n.RI [ OPTIONS ] \" COMMAND \" [ \" \\-\\- COMMAND \" ]...");
	puts(".br\n.B vswctl\n.RI [ OPTIONS ]\n.B \\-f\n.I FILE");
	puts(".br\n.B vswctl\n.RI [ OBJECT ]\n.B help");
	puts(".PP\n.IR COMMAND \" := [\"\n.B \\-\\-may\\-exist\n|\n.B \\-\\-if\\-exists\n]");
	puts(".IR \"OBJECT \" [ VERB ] \" ARGUMENTS\"");
	puts(".SH DESCRIPTION\n.B vswctl");
	put_roff(introduction);
	option_list();
	puts(".SH COMMANDS");
	for (i = 0; help_values[i]; i++)
		put_line("", help_values[i]);
	for (t = topics; *t; t++)
		topic(*t);
	puts(".SH TRANSACTIONS");
	put_roff(transactions);
	puts(".SH VLAN BY VLAN");
	put_roff(vlan_by_vlan);
	puts(".SH OUTPUT");
	put_roff(output);
	all_keys();
	events();
	reasons();
	statuses();
	files();
	examples();
	puts(".SH SEE ALSO\n.BR ip (8),\n.BR bridge (8)");
}
