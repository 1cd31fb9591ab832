package io.quorate.raft.scenario;

import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** What {@code status}, {@code status full} and {@code log} tell. */
final class StatusWords {
    private static final int SHORT_ROLE_WIDTH = 17;

    private StatusWords() {}

    /** One line for each member. */
    static List<String> brief(Collection<Peer> peers) {
        List<String> lines = new ArrayList<>();
        for (Peer peer : peers) {
            lines.add(peer.isUp() ? brief(peer) : peer.name + " is down");
        }
        return lines;
    }

    private static String brief(Peer peer) {
        Raft raft = peer.raft();
        String role = pad(Words.role(raft), SHORT_ROLE_WIDTH);
        String last = Words.at(raft.lastIndex(), raft.termAt(raft.lastIndex()));
        String line = peer.name + " t" + raft.currentTerm() + " " + role + " vote " + Words.name(raft.votedFor())
                + "  log " + last + " durable " + raft.persistedIndex() + "  commit " + raft.commitIndex() + " applied "
                + raft.lastApplied();
        String followers = followers(raft, id -> raft.matchIndex(id) + "→" + raft.nextIndex(id));
        return followers.isEmpty() ? line : line + "  " + followers;
    }

    /** What the leader knows of each follower, in the order of ids. */
    private static String followers(Raft raft, Function<Long, String> words) {
        if (raft.role() != RoleName.LEADER) {
            return "";
        }
        List<String> all = new ArrayList<>();
        raft.membership().members().forEach(member -> {
            if (raft.leader() != member.id()) {
                all.add(Words.name(member.id()) + ":" + words.apply(member.id()));
            }
        });
        return String.join(" ", all);
    }

    static String log(Peer peer) {
        if (!peer.isUp()) {
            return peer.name + " is down";
        }
        Raft raft = peer.raft();
        List<String> entries = peer.log().stream().map(Entry::toString).toList();
        return peer.name + " t" + raft.currentTerm() + " " + Words.role(raft) + ": "
                + (entries.isEmpty() ? "empty" : String.join(", ", entries)) + "  commit " + raft.commitIndex()
                + " durable " + raft.persistedIndex();
    }

    /** Every attribute of paper figure 2, a column for each member. */
    static List<String> full(Collection<Peer> peers) {
        List<List<String>> rows = new ArrayList<>();
        row(rows, "", peers, peer -> peer.name);
        row(rows, "role", peers, peer -> peer.isUp() ? Words.role(peer.raft()) : "down");
        up(rows, "currentTerm", peers, raft -> Long.toString(raft.currentTerm()));
        up(rows, "votedFor", peers, raft -> Words.name(raft.votedFor()));
        row(rows, "log", peers, peer -> peer.isUp() ? logOrNothing(peer) : "");
        up(rows, "commitIndex", peers, raft -> Long.toString(raft.commitIndex()));
        up(rows, "lastApplied", peers, raft -> Long.toString(raft.lastApplied()));
        up(rows, "nextIndex", peers, raft -> orDash(followers(raft, id -> Long.toString(raft.nextIndex(id)))));
        up(rows, "matchIndex", peers, raft -> orDash(followers(raft, id -> Long.toString(raft.matchIndex(id)))));
        row(rows, "values", peers, peer -> peer.isUp() ? peer.values().toString() : "");
        return aligned(rows);
    }

    private static String logOrNothing(Peer peer) {
        return orDash(String.join(", ", peer.log().stream().map(Entry::toString).toList()));
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static void up(
            List<List<String>> rows, String title, Collection<Peer> peers, Function<Raft, String> words) {
        row(rows, title, peers, peer -> peer.isUp() ? words.apply(peer.raft()) : "");
    }

    private static void row(
            List<List<String>> rows, String title, Collection<Peer> peers, Function<Peer, String> words) {
        List<String> row = new ArrayList<>();
        row.add(title);
        peers.forEach(peer -> row.add(words.apply(peer)));
        rows.add(row);
    }

    private static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                line.append(pad(row.get(column), width)).append("   ");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
