package io.quorate.node.peer;

import io.quorate.node.IdempotencyKey;
import io.quorate.node.once.Extension;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.TimeoutNow;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages of every kind, drawn from a seed; an AppendEntries comes with records and the run that describes them. */
final class RandomMessages {
    private final Random random;
    private final long from;
    private final long to;

    RandomMessages(long seed, long from, long to) {
        this.random = new Random(seed);
        this.from = from;
        this.to = to;
    }

    /** A message with the bytes of its records. */
    record Sent(Message message, ByteBuffer records) {
        byte[] frame() {
            ByteBuffer head = MessageCodec.encode(message, records.remaining());
            ByteBuffer frame = ByteBuffer.allocate(head.remaining() + records.remaining());
            return frame.put(head).put(records.duplicate()).array();
        }
    }

    Random random() {
        return random;
    }

    Sent next() {
        int group = random.nextInt();
        long term = number() + 1;
        int kind = random.nextInt(10);
        return switch (kind) {
            case 0 -> plain(new RequestPreVote(group, from, to, term, number(), number()));
            case 1 -> plain(new PreVoteAnswer(group, from, to, term, refusal()));
            case 2 -> plain(new RequestVote(group, from, to, term, number(), number(), random.nextBoolean()));
            case 3 -> plain(new VoteAnswer(group, from, to, term, refusal()));
            case 4 ->
                plain(new AppendAnswer(
                        group,
                        from,
                        to,
                        term,
                        number(),
                        number(),
                        number(),
                        number(),
                        number(),
                        number(),
                        random.nextBoolean(),
                        random.nextBoolean()));
            case 5 -> plain(new ReadIndexRequest(group, from, to, term, random.nextLong(), number()));
            case 6 -> plain(new ReadIndexAnswer(group, from, to, term, random.nextLong(), number(), number()));
            case 7 -> plain(new InstallSnapshot(group, from, to, term, number(), number(), number()));
            case 8 -> plain(new TimeoutNow(group, from, to, term));
            default -> append(group, term);
        };
    }

    private static Sent plain(Message message) {
        return new Sent(message, ByteBuffer.allocate(0));
    }

    /** Small and huge ones, never negative, never the very largest. */
    private long number() {
        return random.nextLong() >>> (1 + random.nextInt(63)) >>> 1;
    }

    private VoteRefusal refusal() {
        List<VoteRefusal> all = List.of(VoteRefusal.values());
        return all.get(random.nextInt(all.size()));
    }

    private Sent append(int group, long term) {
        long prevIndex = number();
        int count = random.nextInt(20);
        Run run = new Run(group, prevIndex, count);
        long at = Math.max(1, term / 2);
        long prevTerm = random.nextLong(at + 1);
        for (int i = 0; i < count; i++) {
            at = random.nextInt(4) == 0 ? at + random.nextLong(term - at + 1) : at;
            run.add(at, random.nextInt(9));
        }
        return new Sent(
                new AppendEntries(group, from, to, term, prevIndex, prevTerm, number(), number(), run.run()),
                run.records.flip());
    }

    /** Builds records and their description side by side. */
    private final class Run {
        final ByteBuffer records = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        private final int group;
        private final long first;
        private final int[] sizes;
        private final List<Long> runFirst = new ArrayList<>();
        private final List<Long> runTerm = new ArrayList<>();
        private final List<EntryRun.MembershipAt> memberships = new ArrayList<>();
        private int count;

        Run(int group, long prevIndex, int count) {
            this.group = group;
            this.first = prevIndex + 1;
            this.sizes = new int[count];
        }

        void add(long term, int kind) {
            long index = first + count;
            if (runTerm.isEmpty() || runTerm.get(runTerm.size() - 1) != term) {
                runFirst.add(index);
                runTerm.add(term);
            }
            int before = records.position();
            if (kind == 0) {
                Membership membership = membership();
                memberships.add(new EntryRun.MembershipAt(index, membership));
                LogRecord.put(
                        records, RecordKind.MEMBERSHIP, 0, group, index, term, MembershipCodec.encode(membership));
            } else if (kind == 1) {
                LogRecord.put(records, RecordKind.NO_OP, 0, group, index, term, ByteBuffer.allocate(0));
            } else {
                byte[] command = new byte[random.nextInt(200) + 4];
                random.nextBytes(command);
                ByteBuffer payload = ByteBuffer.wrap(command);
                int flags = kind == 2 ? LogRecord.FLAG_EXTENSION : 0;
                if (flags != 0) {
                    payload = Extension.payload(IdempotencyKey.parse(random.nextInt(1000) + "-k"), payload);
                }
                LogRecord.put(records, RecordKind.ENTRY, flags, group, index, term, payload);
            }
            sizes[count++] = records.position() - before;
        }

        EntryRun run() {
            return new EntryRun(
                    first,
                    runFirst.stream().mapToLong(Long::longValue).toArray(),
                    runTerm.stream().mapToLong(Long::longValue).toArray(),
                    sizes,
                    memberships);
        }
    }

    private Membership membership() {
        List<Member> members = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            members.add(new Member(i + 1L, random.nextLong(), "n" + i, List.of("http://10.0.0." + i + ":2380")));
        }
        return Membership.ofVoters(members);
    }
}
