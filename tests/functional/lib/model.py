# SPDX-License-Identifier: GPL-2.0
"""What the switches of a namespace admit: names, plugs, types, binds, entries; and
random operations that it admits, or that it does not.

     Model.read()  ->  the host as it is
     admitted()    ->  an operation that is carried out; the model follows
     refused()     ->  an operation that must be refused

The model knows what a transaction may not do though single requests may: the name of
a netdev that it deletes stays taken, a netdev that was plugged into one switch cannot
go to another. What a port is bound to is plugged in when the transaction is over, so
such NICs and ports are left alone till then.
"""

import random

from .frames import mac
from .genl import (OP_IF_EXISTS, OP_REPLACE, Op, access, groups, hybrid, no_vlan, states,
                   trunk, tunnel, vid_map)

SWITCHES = [f"s{number}" for number in range(5)]
PORTS = [f"p{number}" for number in range(8)]
NICS = [f"v{number}" for number in range(8)]
AWAITED = ["b0", "b1", "b2"]            # names that ports are bound to, and NICs get
STATIONS = range(100, 120)
VIDS = [0, 10, 20]

VLANS = [no_vlan(), access(10), access(20), trunk("10,20"), trunk("10,20", native=10),
         trunk("1-4094", native=1), hybrid("10,20", "20", 10), tunnel(10, "0-99"),
         {**tunnel(10), "vlan_services": groups((1, 20, 9))}]
STATES = {"states": [states(i0="learning")["states"],
                     states(i0="forwarding", i63="discarding")["states"]]}
PRIORITIES = {"vid_map": [b"", vid_map((10, 110))["vid_map"]], "pcp_table": ["8p0d", "5p3d"],
              "use_dei": [0, 1], "default_prio": [0, 5], "prio_tags": ["never", "always"]}
TYPES = ["private", "internal", "external"]


class Port:
    def __init__(self, nic=None, bind="", pending=False):
        self.nic = nic
        self.bind = bind
        self.pending = pending          # what it was bound to may have been plugged in


class Switch:
    def __init__(self, kind, protocol):
        self.type = kind
        self.protocol = protocol
        self.ports = {}
        self.static = {}                # (mac, vid): port
        self.learned = {}               # likewise, as long as it is sure


class Nic:
    def __init__(self, kind, role="edge"):
        self.kind = kind
        self.role = role
        self.at = None                  # (switch, port)
        self.master = None              # switch that it cannot leave in this transaction
        self.pending = False            # a port may take it at the end


class Model:
    """Changes of it are one transaction."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.switches = {}
        self.nics = {}
        self.taken = {"lo"}             # names of netdevs that are not free

    @classmethod
    def read(cls, vsw, links, seed, adoptable):
        """The host as it is; of other netdevs, these may be plugged in."""
        self = cls(seed)
        self.taken |= {link["ifname"] for link in links.all()}
        for switch in vsw.switches():
            self.switches[switch["name"]] = Switch(switch["type"], switch["protocol"])
        for name in adoptable:
            self.nics[name] = Nic("netdev")
        for nic in vsw.nics():
            self.nics[nic["name"]] = Nic(nic["kind"], nic.get("role", "edge"))
        for port in vsw.ports():
            self.switches[port["switch"]].ports[port["name"]] = Port(
                port.get("nic"), port.get("bind", ""))
            if "nic" in port:
                self.enter(port["switch"], port["name"], port["nic"],
                           self.nics[port["nic"]].role)
        for entry in vsw.fdb():
            switch = self.switches[entry["switch"]]
            table = switch.static if entry.get("static") else switch.learned
            table[entry["mac"], entry["vid"]] = entry["port"]
        return self

    def plugs(self):
        """Who is plugged in where, as far as it is certain."""
        return {(switch, name): port.nic for switch, name, port in self.ports()
                if not port.pending}

    # --- What there is ------------------------------------------------------------

    def ports(self):
        return [(switch, name, port) for switch in self.switches
                for name, port in self.switches[switch].ports.items()]

    def choose(self, things):
        things = list(things)
        return self.random.choice(things) if things else None

    def some(self, **values):
        """Some of these settings, perhaps none."""
        return {name: self.random.choice(choice) for name, choice in values.items()
                if self.random.random() < 0.3}

    def free_name(self, names):
        return self.choose(name for name in names if name not in self.taken)

    def fits(self, switch, kind, role):
        kind_of_switch = self.switches[switch].type
        if role == "uplink" and (kind != "netdev" or kind_of_switch != "external"):
            return False
        return kind != "host" or kind_of_switch != "private"

    def free_nic(self, switch, role):
        return self.choose(
            name for name, nic in self.nics.items()
            if not nic.at and not nic.pending and nic.master in (None, switch)
            and self.fits(switch, nic.kind, role))

    def is_settled(self, switch):
        """Nothing is to be plugged in at the end that a switch's type might refuse."""
        return not any(port.pending or port.nic and self.nics[port.nic].pending
                       for port in self.switches[switch].ports.values())

    def can_unplug(self, port):
        return port.nic and not port.pending and not self.nics[port.nic].pending

    # --- What becomes of it -------------------------------------------------------

    def disturb(self, switch):
        """Links of it may go down, and what was learned with them."""
        self.switches[switch].learned.clear()

    def enter(self, switch, port, nic, role):
        self.switches[switch].ports[port].nic = nic
        self.nics[nic].at = (switch, port)
        self.nics[nic].role = role
        if self.nics[nic].kind == "netdev":
            self.nics[nic].master = switch
        self.disturb(switch)

    def unplug(self, nic):
        switch, port = self.nics[nic].at
        self.switches[switch].ports[port].nic = None
        self.nics[nic].at = None
        self.disturb(switch)

    def del_port(self, switch, name):
        port = self.switches[switch].ports.pop(name)
        if port.nic:
            self.nics[port.nic].at = None
        table = self.switches[switch].static
        for key in [key for key, where in table.items() if where == name]:
            del table[key]
        self.disturb(switch)

    def bind(self, port, name):
        port.bind = name
        port.pending = port.pending or bool(name)
        if name in self.nics:
            self.nics[name].pending = True

    # --- Operations that are admitted ---------------------------------------------

    def admitted(self, verbs):
        """One of the verbs that can be done now, as an operation."""
        while True:
            op = getattr(self, self.random.choice(verbs))()
            if op:
                return op

    def switch_settings(self, switch=None):
        settings = self.some(ageing=[100000, 300000, 600000], fdb_max=[1000, 2000],
                             mtu=[1400, 1500, 9000], up=[0, 1, 1])
        if not switch:
            settings.update(self.some(type=TYPES, protocol=[0x8100, 0x88a8]))
            return settings
        if not self.is_settled(switch):
            return settings
        present = [self.nics[port.nic] for port in self.switches[switch].ports.values()
                   if port.nic]
        kinds = [kind for kind in TYPES if all(
            self.fits_type(kind, nic) for nic in present)]
        settings.update(self.some(type=kinds))
        protocol = self.switches[switch].protocol
        settings.update(self.some(protocol=[protocol] if present else [0x8100, 0x88a8]))
        return settings

    @staticmethod
    def fits_type(kind, nic):
        if nic.role == "uplink":
            return kind == "external"
        return nic.kind != "host" or kind != "private"

    def switch_new(self):
        name = self.free_name(SWITCHES)
        if not name:
            return None
        settings = self.switch_settings()
        self.switches[name] = Switch(settings.get("type", "external"),
                                     settings.get("protocol", 0x8100))
        self.taken.add(name)
        return Op("switch_new", self.choose([0, OP_REPLACE]), name=name, **settings)

    def switch_set(self):
        name = self.choose(self.switches)
        if not name:
            return None
        switch = self.switches[name]
        settings = self.switch_settings(name)
        switch.type = settings.get("type", switch.type)
        switch.protocol = settings.get("protocol", switch.protocol)
        if "up" in settings:
            self.disturb(name)
        if self.random.random() < 0.2:
            return Op("switch_new", OP_REPLACE, name=name, **settings)
        return Op("switch_set", name=name, **settings)

    def switch_del(self):
        name = self.choose(name for name in self.switches if self.is_settled(name))
        if not name or len(self.switches) < 2:
            return None
        for port in list(self.switches[name].ports):
            self.del_port(name, port)
        del self.switches[name]
        return Op("switch_del", self.choose([0, OP_IF_EXISTS]), name=name)

    def plug_settings(self, switch):
        role = self.choose(["edge", "edge", "uplink"])
        nic = self.free_nic(switch, role)
        if not nic:
            return {}
        return {"nic": nic, "role": role} if role == "uplink" else {"nic": nic}

    def bind_settings(self, port):
        """What a port may be bound to: other ports are not, and it is let alone."""
        names = [name for name in [*AWAITED, *NICS]
                 if name not in {other.bind for _, _, other in self.ports()}
                 and not (name in self.nics and self.nics[name].pending)]
        if port.pending or self.random.random() < 0.8 or not names:
            return {}
        return {"bind": self.choose([*names, ""])}

    def port_settings(self):
        settings = self.some(up=[0, 1], learn=[0, 1], flood=[0, 1], fdb_max=[0, 3],
                             link_follow=[0, 1], hold=[0, 1], desc=["", "some text"],
                             reserved_relay=[0, 5], bpdu=["normal", "guard", "filter"],
                             guard_recovery=[0, 1000], **STATES, **PRIORITIES)
        if self.random.random() < 0.4:
            settings.update(self.choose(VLANS))
        return settings

    def port_apply(self, switch, name, settings):
        port = self.switches[switch].ports[name]
        if "nic" in settings and port.nic != settings["nic"]:
            if settings["nic"]:
                self.enter(switch, name, settings["nic"], settings.get("role", "edge"))
            elif port.nic:
                self.unplug(port.nic)
        elif "role" in settings:
            self.nics[port.nic].role = settings["role"]
        if "bind" in settings:
            self.bind(port, settings["bind"])
        self.disturb(switch)

    def port_new(self):
        switch = self.choose(self.switches)
        name = switch and self.choose(name for name in PORTS
                                      if name not in self.switches[switch].ports)
        if not name:
            return None
        settings = self.port_settings()
        settings.update(self.bind_settings(Port()))
        if self.random.random() < 0.5 and "bind" not in settings:
            settings.update(self.plug_settings(switch))
        self.switches[switch].ports[name] = Port()
        self.port_apply(switch, name, settings)
        return Op("port_new", self.choose([0, 0, OP_REPLACE]), switch=switch, name=name,
                  **settings)

    def port_set(self):
        switch, name, port = self.choose(self.ports()) or (None, None, None)
        if not port:
            return None
        settings = self.port_settings()
        settings.update(self.bind_settings(port))
        if "bind" in settings or port.pending:
            pass
        elif not port.nic:
            settings.update(self.plug_settings(switch))
        elif self.can_unplug(port) and self.random.random() < 0.3:
            settings["nic"] = self.choose(["", port.nic])
        elif self.fits(switch, self.nics[port.nic].kind, "uplink"):
            settings.update(self.some(role=["edge", "uplink"]))
        self.port_apply(switch, name, settings)
        if self.random.random() < 0.2:
            return Op("port_new", OP_REPLACE, switch=switch, name=name, **settings)
        return Op("port_set", self.choose([0, OP_IF_EXISTS]), switch=switch, name=name,
                  **settings)

    def port_del(self):
        switch, name, _ = self.choose(
            (switch, name, port) for switch, name, port in self.ports()
            if not port.pending and (not port.nic or self.can_unplug(port))
        ) or (None, None, None)
        if not name:
            return Op("port_del", OP_IF_EXISTS, switch="s9", name="p0")
        self.del_port(switch, name)
        return Op("port_del", switch=switch, name=name)

    def nic_new(self):
        name = self.free_name(NICS + AWAITED)
        if not name:
            return None
        self.taken.add(name)
        self.nics[name] = Nic(self.choose(["guest", "host"]))
        for _, _, port in self.ports():
            if port.bind == name:
                port.pending = self.nics[name].pending = True
        return Op("nic_new", name=name, kind=self.nics[name].kind,
                  mac=mac(self.random.randrange(1000, 60000)),
                  **self.some(mtu=[1400, 9000], queues=[1, 4]))

    def nic_replace(self):
        name = self.choose(name for name, nic in self.nics.items()
                           if nic.kind != "netdev")
        if not name:
            return None
        return Op("nic_new", OP_REPLACE, name=name, kind=self.nics[name].kind,
                  **self.some(mac=[mac(self.random.randrange(1000, 60000))],
                              mtu=[1300, 1500]))

    def nic_connect(self):
        switch, name, _ = self.choose(
            entry for entry in self.ports() if not entry[2].nic and not entry[2].pending
        ) or (None, None, None)
        settings = self.plug_settings(switch) if switch else {}
        if not settings:
            return None
        self.enter(switch, name, settings["nic"], settings.get("role", "edge"))
        return Op("nic_connect", name=settings.pop("nic"), switch=switch, port=name,
                  **settings)

    def nic_disconnect(self):
        name = self.choose(port.nic for _, _, port in self.ports()
                           if self.can_unplug(port))
        if not name:
            return None
        self.unplug(name)
        return Op("nic_disconnect", name=name)

    def nic_del(self):
        name = self.choose(
            name for name, nic in self.nics.items()
            if nic.kind != "netdev" and not nic.pending
            and (not nic.at or self.can_unplug(self.switches[nic.at[0]].ports[nic.at[1]])))
        if not name:
            return Op("nic_del", OP_IF_EXISTS, name="v99")
        if self.nics[name].at:
            self.unplug(name)
        del self.nics[name]
        return Op("nic_del", name=name)

    def fdb_new(self):
        switch, name, _ = self.choose(self.ports()) or (None, None, None)
        if not name:
            return None
        table = self.switches[switch]
        key = self.choose([*table.learned, (mac(self.choose(STATIONS)),
                                            self.choose(VIDS))])
        flags = OP_REPLACE if key in table.static else self.choose([0, OP_REPLACE])
        table.static[key] = name
        table.learned.pop(key, None)
        return Op("fdb_new", flags, switch=switch, mac=key[0], vid=key[1], port=name,
                  sticky=self.choose([False, True]))

    def fdb_del(self):
        switch = self.choose(name for name, table in self.switches.items()
                             if table.static or table.learned)
        if not switch:
            return None
        table = self.switches[switch]
        station, vid = self.choose([*table.static, *table.learned])
        table.static.pop((station, vid), None)
        table.learned.pop((station, vid), None)
        return Op("fdb_del", self.choose([0, OP_IF_EXISTS]), switch=switch, mac=station,
                  vid=vid)

    def fdb_flush(self):
        switch = self.choose(self.switches)
        if not switch:
            return None
        table = self.switches[switch]
        settings = self.some(port=list(table.ports) or [None], vid=VIDS, static=[True])
        for entries in [table.learned] + [table.static] * settings.get("static", False):
            for key in [key for key, port in entries.items()
                        if settings.get("port") in (None, port)
                        and settings.get("vid") in (None, key[1])]:
                del entries[key]
        return Op("fdb_flush", switch=switch, **settings)

    # --- Operations that are not --------------------------------------------------

    def refused(self):
        """An operation that cannot be done now."""
        return self.choose([*self._refused_always(), *self._refused_at_ports(),
                            *self._refused_at_nics()])

    def _refused_always(self):
        return [Op("port_set", switch="s9", name="p0", up=1),
                Op("switch_new", name="lo"), Op("switch_new", name="s9", mtu=5),
                Op("nic_new", name="v99", kind="guest", mac="01:00:00:00:00:01"),
                Op("nic_connect", name="lo", switch="s9", port="p0"),
                Op("nic_del", name="v99"), b"\4\0\1\x80"]

    def _refused_at_ports(self):
        ops = []
        for switch, name, port in self.ports()[:6]:
            where = {"switch": switch, "name": name}
            ops += [Op("port_new", **where),
                    Op("port_set", **where, desc="x", nic="nosuch", **access(20)),
                    Op("port_set", **where, **access(4095)),
                    Op("fdb_new", switch=switch, mac=mac(1), port="nosuch"),
                    Op("fdb_new", switch=switch, mac="01:00:00:00:00:01", port=name),
                    Op("fdb_del", switch=switch, mac=mac(99)),
                    Op("port_new", switch=switch, name="px", desc="x", nic="lo",
                       **trunk("1-9"))]
            if not port.nic and not port.bind and not port.pending:
                ops.append(Op("port_set", **where, desc="x", role="uplink"))
        return ops

    def _refused_at_nics(self):
        ops = []
        for name, nic in self.nics.items():
            if nic.kind != "netdev":
                other = "host" if nic.kind == "guest" else "guest"
                ops += [Op("nic_new", name=name, kind=nic.kind),
                        Op("nic_new", OP_REPLACE, name=name, kind=other),
                        Op("switch_new", name=name)]
            if nic.pending:
                continue
            if not nic.at:
                ops.append(Op("nic_disconnect", name=name))
                continue
            switch, _ = nic.at
            ops += [Op("port_new", switch=switch, name="px", nic=name, desc="x",
                       bind="b9", **access(30)),
                    Op("nic_connect", name=name, switch=switch, port="nosuch")]
            if nic.kind == "host":
                ops.append(Op("switch_set", name=switch, type="private", mtu=1600, up=0))
        return ops
