# SPDX-License-Identifier: GPL-2.0
"""Models that are wrong in one thing each: the comparison has to find every one."""

from model import Drop, Frame, Switch, Tag, encode_pcp


class LeaksVlans(Switch):
    def is_flooded(self, number, other, frame):
        port = self.ports[other]
        return other != number and port.flood and port.nic_mtu is not None

    def egress(self, number, frame):
        if self.is_member(number, frame.vid) or self.ports[number].nic_mtu is None:
            return super().egress(number, frame)
        return self.make_tag(self.ports[number], frame)


class ReturnsToTheSource(Switch):
    def is_flooded(self, number, other, frame):
        return other == number or super().is_flooded(number, other, frame)


class DeliversTwice(Switch):
    def targets(self, number, frame):
        return [target for target in super().targets(number, frame) for _ in range(2)]


class ForgetsToCountDrops(Switch):
    def receive(self, number, octets):
        before = dict(self.counters[number])
        out = super().receive(number, octets)
        if "from_no_target" in self.counters[number]:
            self.counters[number]["from_no_target"] = before.get("from_no_target", 0)
        return out


class ForgetsRegeneration(Switch):
    def regenerate(self, port, priority):
        return priority


class ForgetsDefaultPriority(Switch):
    def decode_priority(self, port, frame, tag):
        super().decode_priority(port, frame, tag)
        if not tag:
            frame.priority = self.regenerate(port, 0)


class DecodesAllAlike(Switch):
    def decode_priority(self, port, frame, tag):
        super().decode_priority(port, frame, tag)
        if tag:
            frame.priority = self.regenerate(port, tag.pcp)


class EncodesAllAlike(Switch):
    def encode_priority(self, port, frame):
        return encode_pcp("8p0d", frame.priority, False), super().encode_priority(
            port, frame)[1]


class ForgetsDropEligible(Switch):
    def encode_priority(self, port, frame):
        return super().encode_priority(port, frame)[0], 0


class SendsNoPriorityTags(Switch):
    def make_tag(self, port, frame):
        tag = super().make_tag(port, frame)
        return tag if tag and tag.vid else None


class TagsEverything(Switch):
    def make_tag(self, port, frame):
        plain = super().make_tag(port, frame)
        pcp, dei = self.encode_priority(port, frame)
        return plain or Tag(frame.vid, pcp, dei)


class TranslatesOneWay(Switch):
    def to_wire(self, port, vid):
        return vid


class TranslatesWhatWasTaken(Switch):
    def to_relay(self, port, wire):
        found = super().to_relay(port, wire)
        return wire if found is None else found


class AdmitsEverything(Switch):
    def admits(self, port, tagged):
        return tagged or port.pvid() is not None


class FiltersAlways(Switch):
    def filter_ingress(self, number, frame):
        super().filter_ingress(number, frame)
        if not self.is_member(number, frame.vid):
            raise Drop("from_vlan_filter")


class FiltersNothing(Switch):
    def filter_ingress(self, number, frame):
        if frame.vid is None:
            raise Drop("from_vlan_filter")


class ServesAllCustomers(Switch):
    def serves(self, port, vid):
        return True


class LearnsBeforeItFilters(Switch):
    def filter_ingress(self, number, frame):
        if frame.vid is not None:
            self.learn(number, frame)
        super().filter_ingress(number, frame)


class LearnsNothing(Switch):
    def learn(self, number, frame):
        pass


class LearnsForAllVlansTogether(Switch):
    def fid(self, vid):
        return "fid", 1


class MovesStaticEntries(Switch):
    def learn(self, number, frame):
        key = frame.vid, frame.src
        if key in self.static and self.ports[number].learn:
            self.static[key] = self.static[key]._replace(ports=frozenset({number}))
        super().learn(number, frame)


class IgnoresSticky(Switch):
    def check_sticky(self, number, frame):
        pass


class KeepsWhatItLearned(Switch):
    def set_port(self, number, settings):
        self.ports[number] = settings


class FloodsWhereItMustNot(Switch):
    def is_flooded(self, number, other, frame):
        return self.is_target(number, other, frame)


class RelaysReserved(Switch):
    def check_reserved(self, port, frame):
        if frame.dst[5] != 0x0e:
            super().check_reserved(port, frame)


class TakesAnySource(Switch):
    def check_addresses(self, frame):
        pass


class CountsTagsInTheMtu(Switch):
    def egress(self, number, frame):
        if frame.size() - 14 > (self.ports[number].nic_mtu or 65535):
            raise Drop("to_oversize")
        return super().egress(number, frame)


class TakesReservedVid(Switch):
    def classify(self, port, frame, tag):
        super().classify(port, frame, tag._replace(vid=1) if tag and tag.vid == 4095 else tag)


# Each for a feature that the kernel may not have yet.

class RelaysWhenNotForwarding(Switch):
    needs = "states"

    def state(self, number, vid):
        return "forwarding"


class LearnsWhenDiscarding(Switch):
    needs = "states"

    def state(self, number, vid):
        found = super().state(number, vid)
        return "learning" if found == "discarding" else found


class KnowsOneInstance(Switch):
    needs = "instances"

    def state(self, number, vid):
        return dict(self.ports[number].states).get(0, "forwarding")


class SharesNoDatabase(Switch):
    needs = "fids"

    def fid(self, vid):
        return "vid", vid


class RelaysNoReserved(Switch):
    needs = "reserved_relay"

    def check_reserved(self, port, frame):
        if frame.dst[:5] == bytes.fromhex("0180c20000") and frame.dst[5] < 16:
            raise Drop("from_reserved")


class LetsBpdusThrough(Switch):
    needs = "bpdu"

    def check_reserved(self, port, frame):
        if frame.dst != bytes.fromhex("01000ccccccd"):
            super().check_reserved(port, frame)


class KnowsOneService(Switch):
    needs = "services"

    def service(self, port, vid):
        return port.vid


class SendsToOneOfThePorts(Switch):
    needs = "port_maps"

    def mapped_targets(self, number, frame, entry):
        return super().mapped_targets(number, frame, entry)[:1]


class ForgetsEntriesOfAllVlans(Switch):
    needs = "port_maps"

    def find_static(self, vid, address):
        return self.static.get((vid, address))


class TakesThreeTags(Switch):
    needs = "from_too_many_tags"

    def check_tags(self, frame, tag):
        pass


class TakesNoDestination(Switch):
    needs = "from_dest_invalid"

    def check_addresses(self, frame):
        if frame.dst == bytes(6):
            frame = Frame(bytes((2,)) + frame.octets[1:])
        super().check_addresses(frame)


MUTANTS = [found for found in list(globals().values())
           if isinstance(found, type) and issubclass(found, Switch) and found is not Switch]
