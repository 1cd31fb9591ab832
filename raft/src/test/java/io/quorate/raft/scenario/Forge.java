package io.quorate.raft.scenario;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryRun;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.TimeoutNow;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/** Makes messages that no core made: from entries read off a disk, and by hand for {@code inject}. */
final class Forge {
    private Forge() {}

    /** What a driver sends for a {@link Effects.LogRead}. */
    static Message append(RaftConfig config, Raft raft, Effects.LogRead read, List<Entry> entries) {
        return new AppendEntries(
                config.group(),
                config.self(),
                read.to(),
                read.term(),
                read.prevLogIndex(),
                read.prevLogTerm(),
                raft.commitIndex(),
                0,
                run(read.prevLogIndex() + 1, entries));
    }

    static EntryRun run(long firstIndex, List<Entry> entries) {
        if (entries.isEmpty()) {
            return EntryRun.empty(firstIndex);
        }
        List<Long> firsts = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        List<MembershipAt> memberships = new ArrayList<>();
        for (Entry entry : entries) {
            if (terms.isEmpty() || terms.get(terms.size() - 1) != entry.term()) {
                firsts.add(entry.index());
                terms.add(entry.term());
            }
            Membership membership = entry.membership();
            if (membership != null) {
                memberships.add(new MembershipAt(entry.index(), membership));
            }
        }
        int[] bytes = entries.stream().mapToInt(Entry::recordBytes).toArray();
        return new EntryRun(firstIndex, Disk.longs(firsts), Disk.longs(terms), bytes, memberships);
    }

    /** By hand: the fields are those of the recorded output, those left out are 0. */
    static Flight byHand(long from, long to, String type, Options fields) {
        long term = fields.number("term", 0);
        List<Entry> entries = entries(fields);
        long[] last = fields.position("last");
        VoteRefusal refusal = VoteRefusal.valueOf(fields.text("refusal", "NONE"));
        Message message =
                switch (type) {
                    case "RequestPreVote" -> new RequestPreVote(0, from, to, term, last[0], last[1]);
                    case "RequestVote" ->
                        new RequestVote(0, from, to, term, last[0], last[1], fields.number("transfer", 0) == 1);
                    case "PreVoteAnswer" -> new PreVoteAnswer(0, from, to, term, refusal);
                    case "VoteAnswer" -> new VoteAnswer(0, from, to, term, refusal);
                    case "TimeoutNow" -> new TimeoutNow(0, from, to, term);
                    case "AppendEntries" -> appendByHand(from, to, term, fields, entries);
                    case "AppendAnswer" -> answerByHand(from, to, term, fields);
                    case "InstallSnapshot" ->
                        new InstallSnapshot(0, from, to, term, last[0], last[1], fields.number("round", 0));
                    case "ReadIndexAnswer" ->
                        new ReadIndexAnswer(0, from, to, term, fields.number("life", 0), 0, fields.number("index", 0));
                    default -> throw new IllegalArgumentException("cannot inject " + type);
                };
        return new Flight(message, entries);
    }

    private static Message appendByHand(long from, long to, long term, Options fields, List<Entry> entries) {
        long[] prev = fields.position("prev");
        long commit = fields.number("commit", 0);
        EntryRun run = run(prev[0] + 1, entries);
        return new AppendEntries(0, from, to, term, prev[0], prev[1], commit, fields.number("round", 0), run);
    }

    private static Message answerByHand(long from, long to, long term, Options fields) {
        long[] conflict = fields.position("conflict");
        return new AppendAnswer(
                0,
                from,
                to,
                term,
                fields.number("verified", 0),
                fields.number("durable", 0),
                fields.number("round", 0),
                fields.number("rejects", 0),
                conflict[0],
                conflict[1]);
    }

    /** {@code entries=5@2,6@2} */
    private static List<Entry> entries(Options fields) {
        List<Entry> entries = new ArrayList<>();
        for (String each : fields.list("entries")) {
            long[] position = Options.position(each, "entries");
            entries.add(Entry.command(position[0], position[1], ""));
        }
        return entries;
    }
}
