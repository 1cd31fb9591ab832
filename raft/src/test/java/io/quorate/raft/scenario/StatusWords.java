package io.quorate.raft.scenario;

import io.quorate.raft.Notation;
import io.quorate.raft.Raft;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** What {@code status}, {@code status full} and {@code log} tell. */
final class StatusWords {
    private StatusWords() {}

    /** One line for each member. */
    static List<String> brief(Collection<Peer> peers) {
        List<String> lines = new ArrayList<>();
        for (Peer peer : peers) {
            lines.add(peer.isUp() ? Notation.status(peer.name, peer.raft()) : peer.name + " is down");
        }
        return lines;
    }

    static String log(Peer peer) {
        if (!peer.isUp()) {
            return peer.name + " is down";
        }
        Raft raft = peer.raft();
        List<String> entries = peer.log().stream().map(Entry::toString).toList();
        return peer.name + " t" + raft.currentTerm() + " " + Notation.role(raft) + ": "
                + (entries.isEmpty() ? "empty" : String.join(", ", entries)) + "  commit " + raft.commitIndex()
                + " durable " + raft.persistedIndex();
    }

    /** Every attribute of paper figure 2, a column for each member. */
    static List<String> full(Collection<Peer> peers) {
        List<List<String>> rows = new ArrayList<>();
        row(rows, "", peers, peer -> peer.name);
        row(rows, "role", peers, peer -> peer.isUp() ? Notation.role(peer.raft()) : "down");
        up(rows, "currentTerm", peers, raft -> Long.toString(raft.currentTerm()));
        up(rows, "votedFor", peers, raft -> Notation.name(raft.votedFor()));
        row(rows, "log", peers, peer -> peer.isUp() ? logOrNothing(peer) : "");
        up(rows, "commitIndex", peers, raft -> Long.toString(raft.commitIndex()));
        up(rows, "lastApplied", peers, raft -> Long.toString(raft.lastApplied()));
        up(rows, "nextIndex", peers, raft -> orDash(Notation.followers(raft, id -> Long.toString(raft.nextIndex(id)))));
        up(
                rows,
                "matchIndex",
                peers,
                raft -> orDash(Notation.followers(raft, id -> Long.toString(raft.matchIndex(id)))));
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
