package io.quorate.raft;

import io.quorate.raft.Effects.Write;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * How members, messages, writes and events are written down for people: one vocabulary for scenarios, for what the simulator
 * tells of a run, and for whoever reads both. {@code docs/scenarios.md} has the list.
 */
public final class Notation {
    /** Above this many entries a list is told as ranges of equal term. */
    private static final int ENTRIES_IN_FULL = 3;

    private static final int SHORT_ROLE_WIDTH = 17;

    /** An entry; its text is what {@code toString} gives, {@code index@term} first. */
    public interface Item {
        long index();

        long term();
    }

    private Notation() {}

    public static String name(long id) {
        return id == 0 ? "nobody" : "n" + id;
    }

    public static String role(Raft raft) {
        String role = raft.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
        boolean knowsLeader = raft.leader() != 0 && raft.role() != RoleName.LEADER;
        return knowsLeader ? role + "(" + name(raft.leader()) + ")" : role;
    }

    /**
     * @param entries those of AppendEntries
     * @param arrow → for one that leaves, ⇥ for one that is lost, ⧖ for one that waits
     * @param question what to call a read request or the answer to it; their numbers are drawn, and long
     */
    public static String message(Message message, List<? extends Item> entries, String arrow, String question) {
        return name(message.from()) + " " + arrow + " " + name(message.to()) + " " + of(message, entries) + question;
    }

    private static String of(Message message, List<? extends Item> entries) {
        String start = message.getClass().getSimpleName() + " t" + message.term();
        if (message instanceof RequestPreVote ask) {
            return start + " last=" + at(ask.lastLogIndex(), ask.lastLogTerm());
        } else if (message instanceof RequestVote ask) {
            String transfer = ask.transfer() ? " for the leader" : "";
            return start + " last=" + at(ask.lastLogIndex(), ask.lastLogTerm()) + transfer;
        } else if (message instanceof PreVoteAnswer answer) {
            return start + granted(answer.refusal());
        } else if (message instanceof VoteAnswer answer) {
            return start + granted(answer.refusal());
        } else if (message instanceof AppendEntries append) {
            return start + " prev=" + at(append.prevLogIndex(), append.prevLogTerm()) + " " + list(entries) + " commit="
                    + append.leaderCommit() + round(append.readRound());
        } else if (message instanceof AppendAnswer answer) {
            return start + appendAnswer(answer) + round(answer.readRound());
        } else if (message instanceof InstallSnapshot install) {
            String last = at(install.lastIncludedIndex(), install.lastIncludedTerm());
            return start + " last=" + last + round(install.readRound());
        } else if (message instanceof ReadIndexAnswer answer) {
            return start + " index=" + answer.readIndex();
        }
        return start;
    }

    private static String appendAnswer(AppendAnswer answer) {
        String rejected = answer.rejectedIndex() == 0
                ? ""
                : " rejects prev=" + answer.rejectedIndex() + " conflict="
                        + at(answer.conflictIndex(), answer.conflictTerm());
        return rejected + " verified=" + answer.verifiedIndex() + " durable=" + answer.durableIndex()
                + (answer.sick() ? " sick" : "")
                + (answer.damaged() ? " damaged" : "");
    }

    private static String granted(VoteRefusal refusal) {
        return refusal == VoteRefusal.NONE ? " granted" : " refused " + refusal;
    }

    private static String round(long round) {
        return round == 0 ? "" : " round=" + round;
    }

    public static String range(long first, long last) {
        return first == last ? Long.toString(first) : first + ".." + last;
    }

    public static String at(long index, long term) {
        return index + "@" + term;
    }

    /** {@code write} as the reader wants it: only what differs from {@code before}. */
    public static String write(Write write, HardState before, List<? extends Item> entries) {
        StringBuilder text = new StringBuilder("writes #" + write.number());
        if (write.mark() != null) {
            text.append(" mark=").append(at(write.mark().index(), write.mark().term()));
        }
        if (write.truncateFrom() != 0) {
            text.append(" cut ").append(write.truncateFrom()).append("..");
        }
        HardState after = write.hardState();
        if (after != null && (after.currentTerm() != before.currentTerm() || after.votedFor() != before.votedFor())) {
            text.append(" term=").append(after.currentTerm()).append(" vote=").append(name(after.votedFor()));
        }
        if (after != null && after.commitHint() != before.commitHint()) {
            text.append(" hint=").append(after.commitHint());
        }
        return write.hasEntries() ? text.append(' ').append(list(entries)).toString() : text.toString();
    }

    public static String list(List<? extends Item> entries) {
        List<String> words = new ArrayList<>();
        if (entries.size() <= ENTRIES_IN_FULL) {
            entries.forEach(entry -> words.add(entry.toString()));
            return "[" + String.join(", ", words) + "]";
        }
        for (int from = 0; from < entries.size(); ) {
            int to = from;
            while (to + 1 < entries.size()
                    && entries.get(to + 1).term() == entries.get(from).term()) {
                to++;
            }
            String indexes = range(entries.get(from).index(), entries.get(to).index());
            words.add(indexes + "@" + entries.get(from).term());
            from = to + 1;
        }
        return "[" + String.join(", ", words) + "]";
    }

    /** What happened in a turn, but for what the rest of the story tells anyway. */
    public static List<String> events(String name, List<RaftEvent> events) {
        List<String> lines = new ArrayList<>();
        for (RaftEvent event : events) {
            if (event instanceof RaftEvent.LeaderElected elected) {
                List<String> votes =
                        elected.votes().stream().map(Notation::name).toList();
                lines.add(name + " t" + elected.term() + " is elected by " + String.join(" ", votes));
            } else if (event instanceof RaftEvent.SteppedDown stepped) {
                lines.add(name + " t" + stepped.term() + " steps down: " + stepped.reason());
            } else if (event instanceof RaftEvent.Truncated truncated) {
                lines.add(name + " drops " + range(truncated.fromIndex(), truncated.lastIndex()));
            } else if (event instanceof RaftEvent.SnapshotTaken taken) {
                lines.add(name + " has snapshot " + at(taken.index(), taken.term()));
            } else if (event instanceof RaftEvent.SnapshotOffered offered) {
                String snapshot = at(offered.lastIncludedIndex(), offered.lastIncludedTerm());
                lines.add(name + " offers " + name(offered.follower()) + " snapshot " + snapshot);
            } else if (event instanceof RaftEvent.SnapshotInstalled installed) {
                String log = installed.keepsLog() ? "keeps its log" : "drops its log";
                lines.add(name + " installs snapshot " + at(installed.index(), installed.term()) + ", " + log);
            } else if (event instanceof RaftEvent.SnapshotRestored restored) {
                lines.add(name + " restored " + restored.index());
            } else if (event instanceof RaftEvent.Repaired repaired) {
                lines.add(name + " is repaired, its disk holds " + repaired.index());
            } else {
                changes(event).ifPresent(words -> lines.add(name + " " + words));
            }
        }
        return lines;
    }

    private static Optional<String> changes(RaftEvent event) {
        String words = null;
        if (event instanceof RaftEvent.MembershipChanged e) {
            words = "decides by " + (e.joint() ? "both halves" : "the membership")
                    + (e.index() == 0 ? " of the first start" : " of " + e.index());
        } else if (event instanceof RaftEvent.MembershipCommitted e) {
            words = e.joint() ? "has the first half committed" : "has the membership of " + e.index() + " committed";
        } else if (event instanceof RaftEvent.TransferBegan e) {
            words = "t" + e.term() + " hands over to " + name(e.to()) + ": " + e.cause();
        } else if (event instanceof RaftEvent.TransferAsked e) {
            words = "t" + e.term() + " has all of its log on " + name(e.to());
        } else if (event instanceof RaftEvent.TransferGivenUp e) {
            words = "t" + e.term() + " waits for " + name(e.to()) + " no more";
        }
        return Optional.ofNullable(words);
    }

    /** Who votes, who learns, who is on the way; e.g. {@code voters n1 n2 → n1 n2 n3 learners n4}. */
    public static String membership(Membership membership) {
        StringBuilder words = new StringBuilder("voters ");
        if (membership.isJoint()) {
            words.append(names(membership, membership.outgoingVoters())).append(" → ");
        }
        words.append(names(membership, membership.voters()));
        List<Long> learners = membership.members().stream()
                .map(Member::id)
                .filter(id -> !membership.isVoter(id) && !membership.joining().contains(id))
                .toList();
        append(words, " learners ", membership, learners);
        append(words, " joining ", membership, membership.joining());
        append(words, " removed ", membership, membership.removed());
        Lease lease = membership.lease();
        if (lease.isOn()) {
            words.append(" lease ").append(lease.ticks()).append('/').append(lease.driftPerMille());
        }
        if (membership.version() > Membership.FIRST_VERSION) {
            words.append(" version ").append(membership.version());
        }
        return words.toString();
    }

    private static void append(StringBuilder words, String what, Membership membership, List<Long> ids) {
        if (!ids.isEmpty()) {
            words.append(what).append(names(membership, ids));
        }
    }

    /** One that has not started is named with a question mark. */
    private static String names(Membership membership, List<Long> ids) {
        List<String> words = new ArrayList<>();
        for (long id : ids) {
            Member member = membership.member(id);
            words.add(name(id) + (member == null || member.isStarted() ? "" : "?"));
        }
        return String.join(" ", words);
    }

    /** Role, term or leader are others than before the turn. */
    public static String change(String name, long term, String role, long newTerm, String newRole) {
        return name + " t" + term + " " + role + " ⇒ " + (term == newTerm ? "" : "t" + newTerm + " ") + newRole;
    }

    /** One line on all that a member knows. */
    public static String status(String name, Raft raft) {
        String role = role(raft);
        String last = at(raft.lastIndex(), raft.termAt(raft.lastIndex()));
        String line = name + " t" + raft.currentTerm() + " " + role
                + " ".repeat(Math.max(0, SHORT_ROLE_WIDTH - role.length())) + " vote " + name(raft.votedFor())
                + "  log "
                + last + " durable " + raft.persistedIndex() + "  commit " + raft.commitIndex() + " applied "
                + raft.lastApplied() + (raft.isDamaged() ? "  damaged through " + raft.lostThrough() : "");
        String followers = followers(raft, id -> raft.matchIndex(id) + "→" + next(raft, id));
        return followers.isEmpty() ? line : line + "  " + followers;
    }

    private static String next(Raft raft, long id) {
        return raft.needsSnapshot(id) ? "snapshot" : Long.toString(raft.nextIndex(id));
    }

    /** What the leader knows of each follower, in the order of ids; nothing of who does not lead. */
    public static String followers(Raft raft, LongFunction<String> words) {
        if (raft.role() != RoleName.LEADER) {
            return "";
        }
        List<String> all = new ArrayList<>();
        raft.membership().members().forEach(member -> {
            if (raft.leader() != member.id()) {
                all.add(name(member.id()) + ":" + words.apply(member.id()));
            }
        });
        return String.join(" ", all);
    }
}
