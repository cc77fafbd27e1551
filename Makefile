# SPDX-License-Identifier: GPL-2.0
#
#   make              builds build/vswitch.ko and build/vswctl
#   make KDIR=DIR     the module for the kernel whose headers are in DIR
#   make KERNEL=uml   the module for a kernel of the test host
#   make help         all there is

PREFIX ?= /usr/local
DESTDIR ?=

# The running kernel's headers, else the newest that are installed.
RUNNING := /lib/modules/$(shell uname -r)/build
INSTALLED := $(shell ls -d /usr/src/linux-headers-*-amd64 2>/dev/null | sort -V | tail -n 1)
KDIR ?= $(if $(wildcard $(RUNNING)),$(RUNNING),$(INSTALLED))
KERNEL ?= host
KUNIT := $(if $(filter y,$(CONFIG_VSWITCH_KUNIT_TEST)),--kunit)

UAPI := netlink/uapi/linux/vswitch.h
UNITS := vswitch.service vswitch-qemu-link@.service
VSWCTL_LIBS := libnl-3.0 libnl-genl-3.0 smartcols jansson
VSWCTL_OBJS := $(patsubst tools/vswctl/%.c,build/vswctl.d/%.o,$(wildcard tools/vswctl/*.c))
VSWCTL_WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Werror=implicit-function-declaration -Werror=incompatible-pointer-types \
	-Werror=int-conversion -Werror=return-type -Werror=format -Wno-unused-parameter
CFLAGS ?= -O2 -g

# V=1 shows the commands.
Q := $(if $(filter 1,$(V)),,@)
show = $(if $(Q),@echo "  $(1)      $@")

.PHONY: all module vswctl kernels sparse lint kunit functional soak selftest check demo
.PHONY: install install-module install-vswctl uninstall clean help

all: module vswctl ## the module and the tool, into build/ (the default)

module: ## build/vswitch.ko, for KDIR or a KERNEL of the test host
	@export KDIR='$(KDIR)'; ko=$$(tests/host/module $(KUNIT) $(KERNEL)) && \
	cp "$$ko" build/.vswitch.ko.$$$$ && mv build/.vswitch.ko.$$$$ build/vswitch.ko

# Under a lock: several test hosts are started at once.
vswctl: ## build/vswctl, the tool
	@mkdir -p build/vswctl.d
	@flock build/vswctl.d/lock sh -c '$(MAKE) -q --no-print-directory build/vswctl || \
		$(MAKE) --no-print-directory build/vswctl'

build/vswctl: $(VSWCTL_OBJS)
	$(call show,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(VSWCTL_LIBS))

build/vswctl.d/%.o: tools/vswctl/%.c Makefile
	@mkdir -p $(@D)
	$(call show,CC)
	$(Q)$(CC) $(CPPFLAGS) -MMD -MP -Inetlink/uapi $$(pkg-config --cflags $(VSWCTL_LIBS)) \
		-std=gnu11 -D_GNU_SOURCE $(VSWCTL_WARN) $(CFLAGS) -c -o $@ $<

-include $(VSWCTL_OBJS:.o=.d)

kernels: ## compile the module for every supported kernel, warnings are errors
	@tests/host/compile

sparse: ## sparse over the module, warnings are errors
	@tests/host/compile --sparse

lint: vswctl ## style and layering of everything
	@tests/lint/run

kunit: ## unit tests, in the debug kernel
	@tests/kunit/run

selftest: ## does the test host do what it says
	@tests/host/selftest

functional: ## functional tests, on KERNEL (default uml)
	@tests/check --only functional-$(if $(filter host,$(KERNEL)),uml,$(KERNEL))

soak: ## the soak on several CPUs
	@tests/check --only soak

check: ## everything that must pass before a change lands
	@tests/check

demo: ## a small network, from nothing, in a throw-away host
	@tests/demo/run

install: install-module install-vswctl ## module, tool, manual and units (PREFIX, DESTDIR)

# Debian's kernel looks in updates/ first.
install-module: module
	release=$$(cat '$(KDIR)/include/config/kernel.release') && \
	install -D -m 644 build/vswitch.ko \
		"$(DESTDIR)/lib/modules/$$release/updates/vswitch.ko" && \
	if [ -z "$(DESTDIR)" ]; then depmod "$$release"; fi

install-vswctl: vswctl
	install -D -m 755 build/vswctl '$(DESTDIR)$(PREFIX)/sbin/vswctl'
	install -D -m 644 $(UAPI) '$(DESTDIR)$(PREFIX)/include/linux/vswitch.h'
	@for page in $(wildcard tools/vswctl/*.8 docs/*.8); do \
		install -D -m 644 "$$page" "$(DESTDIR)$(PREFIX)/share/man/man8/$${page##*/}"; done
	@for file in $(wildcard tools/vswctl/completion/vswctl tools/vswctl/vswctl.bash); do \
		install -D -m 644 "$$file" \
			"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/vswctl"; done
	install -D -m 644 docs/vswitch.schema.json \
		'$(DESTDIR)$(PREFIX)/share/vswitch/vswitch.schema.json'
	@for unit in $(UNITS); do \
		install -D -m 644 "packaging/systemd/$$unit" \
			"$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit" && \
		sed -i 's|=vswctl |=$(PREFIX)/sbin/vswctl |' \
			"$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit" || exit; done
	install -d '$(DESTDIR)/etc/vswitch'

# The configuration in /etc/vswitch is the host's and stays.
uninstall: ## take away what install put there
	rm -f '$(DESTDIR)$(PREFIX)/sbin/vswctl' '$(DESTDIR)$(PREFIX)/include/linux/vswitch.h' \
		'$(DESTDIR)$(PREFIX)/share/man/man8/vswctl.8' \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/vswctl' \
		'$(DESTDIR)$(PREFIX)/share/vswitch/vswitch.schema.json'
	for unit in $(UNITS); do rm -f "$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit"; done
	rm -f $(DESTDIR)/lib/modules/*/updates/vswitch.ko
	if [ -z "$(DESTDIR)" ]; then depmod -a; fi

clean: ## remove build/ (the kernels in the cache stay)
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14
