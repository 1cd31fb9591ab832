package io.quorate.node.internal;

import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.MoveTo;
import io.quorate.node.MembershipChange.Prioritise;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.MembershipChange.RaiseVersion;
import io.quorate.node.MembershipChange.Remove;
import io.quorate.node.MembershipChange.SetLease;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A membership while it is edited: what becomes the target of a change. */
final class ChangeDraft {
    /** A membership is told in each handshake and in each file of the log, so it must stay small. */
    static final int MAX_MEMBERS = 50;

    private final Map<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
    private final TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);
    private final TreeSet<Long> joining = new TreeSet<>(Long::compareUnsigned);
    private final List<Long> removed;
    private Lease lease;
    private int version;

    /** @param from not joint */
    ChangeDraft(Membership from) {
        from.members().forEach(member -> members.put(member.id(), member));
        voters.addAll(from.voters());
        joining.addAll(from.joining());
        removed = from.removed();
        lease = from.lease();
        version = from.version();
    }

    Membership target() {
        return new Membership(
                        new ArrayList<>(members.values()), new ArrayList<>(voters), List.of(), new ArrayList<>(joining))
                .leasing(lease)
                .atVersion(version);
    }

    /** What a member said of itself when it came for the first time. */
    void started(long id, long incarnation, String name) {
        Member member = members.get(id);
        if (member != null) {
            String known = member.name().isEmpty() ? name : member.name();
            members.put(id, new Member(id, incarnation, known, member.peerUrls(), member.priority()));
        }
    }

    /** Does the edits up to the first that cannot be done, and says why not; null when all are. */
    @Nullable
    ChangeRefusal edit(List<Edit> edits) {
        for (Edit edit : edits) {
            ChangeRefusal refusal = edit(edit);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private @Nullable ChangeRefusal edit(Edit edit) {
        if (edit instanceof Add add) {
            return add(add);
        }
        if (edit instanceof Promote promote) {
            return promote(promote.id());
        }
        if (edit instanceof Remove remove) {
            return remove(remove.id());
        }
        if (edit instanceof MoveTo moveTo) {
            return replace(
                    moveTo.id(),
                    old -> new Member(old.id(), old.incarnation(), old.name(), moveTo.peerUrls(), old.priority()));
        }
        if (edit instanceof SetLease set) {
            lease = set.lease();
            return null;
        }
        if (edit instanceof RaiseVersion raise) {
            version = raise.version();
            return null;
        }
        Prioritise prioritise = (Prioritise) edit;
        return replace(
                prioritise.id(),
                old -> new Member(old.id(), old.incarnation(), old.name(), old.peerUrls(), prioritise.priority()));
    }

    private @Nullable ChangeRefusal add(Add add) {
        if (removed.contains(add.id())) {
            return ChangeRefusal.ID_USED_BEFORE;
        }
        if (members.containsKey(add.id())) {
            return ChangeRefusal.MEMBER_EXISTS;
        }
        if (members.size() >= MAX_MEMBERS) {
            return ChangeRefusal.TOO_MANY_MEMBERS;
        }
        members.put(add.id(), new Member(add.id(), 0, add.name(), add.peerUrls()));
        if (add.as() == As.VOTER) {
            voters.add(add.id());
        } else if (add.as() == As.JOINING) {
            joining.add(add.id());
        }
        return null;
    }

    private @Nullable ChangeRefusal promote(long id) {
        if (!members.containsKey(id)) {
            return ChangeRefusal.UNKNOWN_MEMBER;
        }
        joining.remove(id);
        return voters.add(id) ? null : ChangeRefusal.NOT_A_LEARNER;
    }

    private @Nullable ChangeRefusal remove(long id) {
        voters.remove(id);
        joining.remove(id);
        return members.remove(id) == null ? ChangeRefusal.UNKNOWN_MEMBER : null;
    }

    private @Nullable ChangeRefusal replace(long id, java.util.function.UnaryOperator<Member> with) {
        Member old = members.get(id);
        if (old == null) {
            return ChangeRefusal.UNKNOWN_MEMBER;
        }
        members.put(id, with.apply(old));
        return null;
    }
}
