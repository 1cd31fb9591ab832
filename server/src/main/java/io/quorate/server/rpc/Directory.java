package io.quorate.server.rpc;

import io.quorate.kv.MemberAttributes;
import io.quorate.kv.View;
import io.quorate.raft.membership.Member;
import java.util.List;
import java.util.function.Supplier;

/** Where clients reach the members, as each has told through the log. */
final class Directory {
    private final Supplier<View> store;

    Directory(Supplier<View> store) {
        this.store = store;
    }

    /** As it calls itself; empty for a member that has not started yet. */
    String name(Member member) {
        MemberAttributes told = store.get().memberAttributes(member.id());
        return told == null || told.clientUrls().isEmpty() ? "" : told.name();
    }

    /** Empty for a member that has not started yet. */
    List<String> clientUrls(long memberId) {
        MemberAttributes told = store.get().memberAttributes(memberId);
        return told == null ? List.of() : told.clientUrls();
    }
}
