package io.quorate.cli.recover;

import io.quorate.node.port.Identity;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.server.options.ServerOptions;
import io.quorate.storage.Survivor;
import io.quorate.storage.Survivors;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is left of a cluster, in words: exact where it can be, and never more than is known. */
final class RecoverWords {
    private final Survivors survivors;

    RecoverWords(Survivors survivors) {
        this.survivors = survivors;
    }

    /** What each one holds. */
    List<String> directories() {
        List<String> lines = new ArrayList<>();
        for (Survivor each : survivors.all()) {
            lines.add(each.directory() + ": " + who(each));
            if (each.isWhole()) {
                lines.add("  ends with " + entry(each.lastIndex(), each.lastTerm()) + ", has seen term "
                        + each.currentTerm() + ", knows entries to be committed up to " + each.committed());
                lines.add(
                        each.snapshotIndex() == 0
                                ? "  has no snapshot: its log begins with the first entry"
                                : "  has a snapshot up to " + each.snapshotIndex());
                lines.addAll(memberships(each));
            } else {
                lines.add("  DAMAGED: " + each.damage());
                lines.add("  It is not chosen, and counts as one that was not looked at.");
            }
        }
        return lines;
    }

    private static String who(Survivor each) {
        Identity identity = each.identity();
        if (identity == null) {
            return "whose it is cannot be read";
        }
        String id = Long.toUnsignedString(identity.memberId(), 16);
        String named = each.name().equals(id) ? "member " + id : "member " + each.name() + " (" + id + ")";
        return named + " of cluster " + Long.toUnsignedString(identity.clusterId(), 16) + ", epoch " + identity.epoch();
    }

    private static String entry(long index, long term) {
        return index == 0 ? "no entry" : "entry " + index + " of term " + term;
    }

    private static List<String> memberships(Survivor each) {
        MembershipAt newest = each.newest();
        MembershipAt committed = each.newestCommitted();
        List<String> lines = new ArrayList<>();
        lines.add("  members " + told(newest));
        if (!newest.equals(committed)) {
            lines.add("  which is not known to be committed; the last that is: " + told(committed));
        }
        return lines;
    }

    private static String told(MembershipAt at) {
        String since = at.index() == 0 ? "from the start: " : "since entry " + at.index() + ": ";
        return since + text(at.membership());
    }

    private static String text(Membership members) {
        String voters = names(members, member -> members.voters().contains(member.id())) + " vote";
        String outgoing = members.isJoint()
                ? ", together with those before: "
                        + names(members, member -> members.outgoingVoters().contains(member.id()))
                : "";
        String learners = names(members, member -> !members.isVoter(member.id()));
        return voters + outgoing + (learners.isEmpty() ? "" : "; " + learners + " learn");
    }

    private static String names(Membership members, Predicate<Member> which) {
        return members.members().stream()
                .filter(which)
                .map(RecoverWords::name)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String name(Member member) {
        return member.name().isEmpty() ? Long.toUnsignedString(member.id(), 16) : member.name();
    }

    /** Which one is gone on from, and what is then lost. */
    List<String> choice(Survivor chosen) {
        boolean isSafest = survivors.safest().filter(chosen::equals).isPresent();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                isSafest
                        ? "The safest is " + chosen.directory()
                                + ": it holds what any of these knows to be committed, and of those that do it would win an"
                                + " election, by the term of its last entry, then by its index."
                        : "Chosen is " + chosen.directory() + ", though " + safest() + " is safer: " + why(chosen));
        if (isSafest && survivors.canBeElected(chosen)) {
            lines.add(
                    "Nothing that was committed is missing in it, if these directories are as their members left them: "
                            + votersHere(chosen)
                            + " That is a majority, and whoever a majority elects holds it all.");
            lines.add(
                    "So the cluster is not lost. Start these members as ever, with the flags and the directory of each, and replace"
                            + " the others (quorate member replace). That is better than to recover: it stays the same cluster.");
        } else {
            lines.addAll(lost(chosen));
        }
        return lines;
    }

    /** Of both halves where a change is under way. */
    private String votersHere(Survivor chosen) {
        Membership members = chosen.newest().membership();
        List<Member> missing = survivors.missingVoters(chosen);
        Predicate<Member> votes = member -> members.isVoter(member.id()) && member.isStarted();
        String here = names(members, votes.and(member -> !missing.contains(member)));
        long count = members.members().stream().filter(votes).count();
        return "Of " + count + (count == 1 ? " voter " : " voters ") + (here.isEmpty() ? "none is" : "there is " + here)
                + " here.";
    }

    private String safest() {
        return survivors.safest().map(best -> best.directory().toString()).orElse("none");
    }

    private String why(Survivor chosen) {
        return survivors.holdsThrough(chosen) < survivors.provenIndex()
                ? "it holds what is known to be committed, and this one does not."
                : "by its last entry it would win an election against it.";
    }

    private List<String> lost(Survivor chosen) {
        List<String> lines = new ArrayList<>();
        List<Member> missing = survivors.missingVoters(chosen);
        if (!missing.isEmpty()) {
            lines.add(votersHere(chosen) + " Not looked at: "
                    + missing.stream()
                            .sorted(Comparator.comparing(Member::name))
                            .map(member -> name(member) + " (" + Long.toUnsignedString(member.id(), 16) + ")")
                            .collect(Collectors.joining(", "))
                    + ". Where one of their directories can still be read, name it too.");
        }
        long proven = survivors.holdsThrough(chosen);
        lines.add("Entries up to " + proven + " are known to be committed, and none of them is missing.");
        lines.add("Behind entry " + proven
                + " every write may be lost that a majority had committed and clients were told of: "
                + "what only the others hold is gone for good.");
        if (chosen.lastIndex() > proven) {
            lines.add("Entries " + (proven + 1) + " to " + chosen.lastIndex()
                    + " of it were perhaps never committed. They will count as committed, also writes that their clients take for"
                    + " failed.");
        }
        if (survivors.provenIndex() > proven) {
            lines.add("Entries " + survivors.lacksFrom(chosen) + " to " + survivors.provenIndex()
                    + " are lost for certain: they were committed, and it does not hold them.");
        }
        return lines;
    }

    /** What was made, and what is to be done with it. */
    List<String> made(Survivor chosen, Path target, ServerOptions options) {
        List<String> urls =
                options.initialAdvertisePeerUrls().stream().map(URI::toString).toList();
        String cluster = urls.stream().map(url -> options.name() + "=" + url).collect(Collectors.joining(","));
        return List.of(
                "",
                "Made " + target + ": member " + options.name()
                        + ", the only one of a new cluster in a new epoch, with all " + chosen.lastIndex()
                        + " entries of " + chosen.directory() + ", which was not changed.",
                "The old members can never vote in it, nor it with them. Do not start them again: were a majority of them to come back,"
                        + " they would go on as the old cluster, without what is written here.",
                "Start it with",
                "  quorate server --name " + options.name() + " --data-dir " + target + " --initial-cluster-token "
                        + options.initialClusterToken() + " --initial-advertise-peer-urls "
                        + String.join(",", urls) + " --initial-cluster " + cluster,
                "and the addresses that it listens on, and add members to it (quorate member add): until then no failure can be survived.");
    }
}
