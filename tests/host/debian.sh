# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Which kernels Debian's archive has, and how to get them without touching the
# machine's own package lists. Sourced by tests/host/kernel.
#
# A suite that the machine is not configured for is read through a sources file
# and a lists folder of our own; the mirror is the one the machine uses. What was
# found is kept for a week, so a warm run needs no network, and an old answer is
# better than none.

RESOLVE_DAYS=7

# The suite each kernel comes from.
suite_of() {
	case $1 in
	uml | uml-debug | debian | headers-6.1) echo bookworm ;;
	headers-6.12 | source-6.12) echo bookworm-backports ;;
	uml-smp | headers-7.2) echo sid ;;
	*) die "no kernel named '$1' (see tests/host/kernel --help)" ;;
	esac
}

# URI of the machine's own mirror for a release, as its apt configuration has it.
mirror_of() {
	apt-get indextargets --format "\$(RELEASE) \$(REPO_URI)" 'Identifier: Packages' |
		awk -v release="$1" '$1 == release { print $2; exit }'
}

write_sources() {
	local suite=$1 mirror security
	mirror=$(mirror_of bookworm)
	[ -n "$mirror" ] || die "this machine's apt configuration has no mirror for bookworm"
	case $suite in
	bookworm)
		echo "deb $mirror bookworm main"
		[ -z "$(mirror_of bookworm-updates)" ] || echo "deb $mirror bookworm-updates main"
		security=$(mirror_of bookworm-security)
		[ -z "$security" ] || echo "deb $security bookworm-security main"
		;;
	*) echo "deb $mirror $suite main" ;;
	esac
}

# apt with a suite's own lists. The machine's package status is left out, so
# that what is installed here does not change what is found to be newest.
apt_of() {
	local suite=$1 command=$2 dir=$CACHE/apt/$1
	shift 2
	"apt-$command" -qq -o Dir::Etc::sourcelist="$dir/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$dir/state" \
		-o Dir::State::status=/dev/null -o Dir::Cache="$dir/cache" \
		-o APT::Sandbox::User=root -o APT::Architecture=amd64 \
		-o Acquire::Retries=3 -o Acquire::Languages=none "$@"
}

# Field of the newest version of a package.
field_of() {
	apt_of "$1" cache show --no-all-versions "$2" | sed -n "s/^$3: //p" | head -n 1
}

# First dependency of a package whose name matches a pattern.
dependency_of() {
	field_of "$1" "$2" Depends | tr ',' '\n' |
		sed -n "s/^ *\($3\)\( .*\)\?$/\1/p" | head -n 1
}

resolve_headers() {
	local suite=$1 name=$2 headers common kbuild
	headers=$(dependency_of "$suite" linux-headers-amd64 'linux-headers-[0-9][^ ]*-amd64')
	common=$(dependency_of "$suite" "$headers" 'linux-headers-[0-9][^ ]*-common')
	kbuild=$(dependency_of "$suite" "$headers" 'linux-kbuild-[^ ]*')
	echo "$name $(field_of "$suite" "$headers" Version) $headers $common $kbuild"
}

# The source of the suite's own kernel: a suite can carry a later series too.
source_of() {
	dependency_of "$1" linux-headers-amd64 'linux-headers-[0-9][^ ]*-amd64' |
		sed -n 's/^linux-headers-\([0-9]*\.[0-9]*\).*/linux-source-\1/p'
}

# One line for each kernel of a suite: NAME VERSION PACKAGE...
resolve_suite() {
	local suite=$1 source image version
	source=$(source_of "$suite")
	version=$(field_of "$suite" "$source" Version)
	case $suite in
	bookworm)
		echo "uml $version $source"
		echo "uml-debug $version $source"
		resolve_headers "$suite" headers-6.1
		image=$(dependency_of "$suite" linux-image-amd64 'linux-image-[0-9][^ ]*-amd64')
		echo "debian $(field_of "$suite" "$image" Version) $image"
		;;
	bookworm-backports)
		echo "source-6.12 $version $source"
		resolve_headers "$suite" headers-6.12
		;;
	sid)
		echo "uml-smp $version $source"
		# Its own headers want a newer compiler and C library than
		# bookworm has: the configuration is taken from them, the rest
		# from the source.
		echo "$(resolve_headers "$suite" headers-7.2) $source"
		;;
	esac
}

# Ask the archive, and keep the answer. Fails without a trace when it cannot.
refresh_suite() {
	local suite=$1 dir=$CACHE/apt/$1 answer=$CACHE/apt/$1/resolved
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
	write_sources "$suite" >"$dir/sources.list" || return
	apt_of "$suite" get update --error-on=any >&2 || return
	resolve_suite "$suite" >"$answer.new" || return
	# A line with a hole in it means that a package was not found.
	awk 'NF < 3 { exit 1 }' "$answer.new" || return
	mv "$answer.new" "$answer"
}

# The line of one kernel: NAME VERSION PACKAGE...
resolve() {
	local name=$1 suite answer
	suite=$(suite_of "$name") || return
	answer=$CACHE/apt/$suite/resolved
	if [ -z "$(find "$answer" -mtime "-$RESOLVE_DAYS" 2>/dev/null)" ]; then
		mkdir -p "$CACHE/apt"
		(
			flock 9
			[ -n "$(find "$answer" -mtime "-$RESOLVE_DAYS" 2>/dev/null)" ] ||
				refresh_suite "$suite" ||
				say "the archive's $suite could not be read, going by what is cached"
		) 9>"$CACHE/apt/$suite.lock"
	fi
	[ ! -f "$answer" ] || grep "^$name " "$answer"
}

# Download packages of a suite into a folder and unpack them into another.
unpack_packages() {
	local suite=$1 dir=$2 into=$3 deb
	shift 3
	mkdir -p "$dir" "$into"
	(cd "$dir" && apt_of "$suite" get download "$@") || return
	for deb in "$dir"/*.deb; do
		dpkg -x "$deb" "$into"
		rm -f "$deb"
	done
}
