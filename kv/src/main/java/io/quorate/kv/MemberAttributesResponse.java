package io.quorate.kv;

/**
 * The attributes are kept; see {@link View#memberAttributes}.
 *
 * @param revision the current revision: this makes none
 */
public record MemberAttributesResponse(long revision) implements Result {}
