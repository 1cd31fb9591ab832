package io.quorate.node.peer;

import io.quorate.node.MembershipChange;
import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.MoveTo;
import io.quorate.node.MembershipChange.Prioritise;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.MembershipChange.RaiseVersion;
import io.quorate.node.MembershipChange.Remove;
import io.quorate.node.MembershipChange.SetLease;
import io.quorate.node.RaftException;
import io.quorate.node.port.MembershipCodec;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Membership;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the leader and its answers as headers of frames. Numbers are big endian, a text is its length u16 and UTF-8, a
 * list its length u16 and the items. A request: number u64, kind u8, who is to lead u64, expected index i64, edits, each a code
 * u8, id u64 and what it needs. An answer: number u64, refusal u8, leader u64, term u64, two memberships (length u32, then as
 * in the log), ids.
 */
final class LeaderCodec {
    static final int REQUEST_BYTES = 8 + 1 + 8 + 8 + 2;
    static final int ANSWER_BYTES = 8 + 1 + 8 + 8 + 4 + 4 + 2;

    private static final int ADD = 1;
    private static final int PROMOTE = 2;
    private static final int REMOVE = 3;
    private static final int MOVE_TO = 4;
    private static final int PRIORITISE = 5;
    private static final int SET_LEASE = 6;
    private static final int RAISE_VERSION = 7;

    private LeaderCodec() {}

    /** Writes to or reads from memory. */
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static ByteBuffer frame(FrameType type, Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a text is longer than a frame may hold", e);
        }
        return Frame.finish(Frame.begin(type, bytes.size()).put(bytes.toByteArray()));
    }

    static ByteBuffer encode(LeaderRequest request) {
        return frame(FrameType.LEADER_REQUEST, out -> {
            out.writeLong(request.number());
            out.writeByte(code(request.kind()));
            out.writeLong(request.to());
            MembershipChange change = request.change();
            out.writeLong(change == null ? MembershipChange.ANY_INDEX : change.expectedIndex());
            List<Edit> edits = change == null ? List.of() : change.edits();
            out.writeShort(edits.size());
            for (Edit edit : edits) {
                write(edit, out);
            }
        });
    }

    private static void write(Edit edit, DataOutputStream out) throws IOException {
        if (edit instanceof Add add) {
            head(out, ADD, add.id());
            out.writeUTF(add.name());
            urls(add.peerUrls(), out);
            out.writeByte(code(add.as()));
        } else if (edit instanceof Promote promote) {
            head(out, PROMOTE, promote.id());
        } else if (edit instanceof Remove remove) {
            head(out, REMOVE, remove.id());
        } else if (edit instanceof MoveTo moveTo) {
            head(out, MOVE_TO, moveTo.id());
            urls(moveTo.peerUrls(), out);
        } else if (edit instanceof Prioritise prioritise) {
            head(out, PRIORITISE, prioritise.id());
            out.writeByte(prioritise.priority());
        } else if (edit instanceof SetLease set) {
            head(out, SET_LEASE, 0);
            out.writeInt(set.lease().ticks());
            out.writeShort(set.lease().driftPerMille());
        } else if (edit instanceof RaiseVersion raise) {
            head(out, RAISE_VERSION, 0);
            out.writeShort(raise.version());
        }
    }

    private static void head(DataOutputStream out, int code, long id) throws IOException {
        out.writeByte(code);
        out.writeLong(id);
    }

    private static void urls(List<String> urls, DataOutputStream out) throws IOException {
        out.writeShort(urls.size());
        for (String url : urls) {
            out.writeUTF(url);
        }
    }

    static ByteBuffer encode(LeaderAnswer answer) {
        return frame(FrameType.LEADER_ANSWER, out -> {
            out.writeLong(answer.number());
            out.writeByte(answer.refusal());
            out.writeLong(answer.leader());
            out.writeLong(answer.term());
            write(answer.before(), out);
            write(answer.after(), out);
            out.writeShort(answer.answering().size());
            for (long id : answer.answering()) {
                out.writeLong(id);
            }
        });
    }

    private static void write(Membership membership, DataOutputStream out) throws IOException {
        ByteBuffer encoded = MembershipCodec.encode(membership);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static LeaderRequest request(ByteBuffer header) {
        return decode(header, in -> {
            long number = in.readLong();
            LeaderRequest.Kind kind = kind(in.readUnsignedByte());
            long to = in.readLong();
            long expected = in.readLong();
            List<Edit> edits = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                edits.add(edit(in));
            }
            @Nullable
            MembershipChange change =
                    kind == LeaderRequest.Kind.TRANSFER ? null : new MembershipChange(expected, edits);
            return new LeaderRequest(number, kind, change, to);
        });
    }

    private static Edit edit(DataInputStream in) throws IOException {
        int code = in.readUnsignedByte();
        long id = in.readLong();
        return switch (code) {
            case ADD -> {
                if (id == 0) {
                    throw new MalformedFrameException("a new member without an id");
                }
                yield new Add(id, in.readUTF(), urls(in), as(in.readUnsignedByte()));
            }
            case PROMOTE -> new Promote(id);
            case REMOVE -> new Remove(id);
            case MOVE_TO -> new MoveTo(id, urls(in));
            case PRIORITISE -> new Prioritise(id, in.readUnsignedByte());
            case SET_LEASE -> new SetLease(new Lease(in.readInt(), in.readUnsignedShort()));
            case RAISE_VERSION -> new RaiseVersion(in.readUnsignedShort());
            default -> throw new MalformedFrameException("an unknown edit " + code + " of the membership");
        };
    }

    private static List<String> urls(DataInputStream in) throws IOException {
        List<String> urls = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            urls.add(in.readUTF());
        }
        return urls;
    }

    static LeaderAnswer answer(ByteBuffer header) {
        return decode(header, in -> {
            long number = in.readLong();
            int refusal = in.readUnsignedByte();
            long leader = in.readLong();
            long term = in.readLong();
            Membership before = membership(in);
            Membership after = membership(in);
            List<Long> answering = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                answering.add(in.readLong());
            }
            return new LeaderAnswer(number, refusal, leader, term, before, after, answering);
        });
    }

    private static Membership membership(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new MalformedFrameException("a membership of " + length + " bytes in an answer");
        }
        return MembershipCodec.decode(ByteBuffer.wrap(in.readNBytes(length)));
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static <T> T decode(ByteBuffer header, Reading<T> reading) {
        byte[] bytes = new byte[header.remaining()];
        header.get(bytes);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            T read = reading.from(in);
            if (in.available() > 0) {
                throw new MalformedFrameException(in.available() + " bytes too many in a request to the leader");
            }
            return read;
        } catch (IOException e) {
            throw new MalformedFrameException("a request to the leader, or its answer, is cut short");
        } catch (IllegalArgumentException | RaftException e) {
            throw new MalformedFrameException("a request to the leader that nobody makes: " + e.getMessage());
        }
    }

    private static int code(LeaderRequest.Kind kind) {
        return switch (kind) {
            case CHANGE -> 1;
            case CHECK -> 2;
            case TRANSFER -> 3;
        };
    }

    private static LeaderRequest.Kind kind(int code) {
        return switch (code) {
            case 1 -> LeaderRequest.Kind.CHANGE;
            case 2 -> LeaderRequest.Kind.CHECK;
            case 3 -> LeaderRequest.Kind.TRANSFER;
            default -> throw new MalformedFrameException("an unknown request " + code + " to the leader");
        };
    }

    private static int code(As as) {
        return switch (as) {
            case LEARNER -> 1;
            case JOINING -> 2;
            case VOTER -> 3;
        };
    }

    private static As as(int code) {
        return switch (code) {
            case 1 -> As.LEARNER;
            case 2 -> As.JOINING;
            case 3 -> As.VOTER;
            default -> throw new MalformedFrameException("a new member of the unknown kind " + code);
        };
    }
}
