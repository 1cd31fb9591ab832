package io.quorate.kv;

import java.util.List;

/**
 * What a member publishes about itself when it has started. Replicated, makes no revision.
 *
 * @param memberId whose
 * @param name the member's name for people
 * @param clientUrls where clients reach it
 */
public record MemberAttributes(long memberId, String name, List<String> clientUrls) implements Command {
    public MemberAttributes {
        clientUrls = List.copyOf(clientUrls);
    }
}
