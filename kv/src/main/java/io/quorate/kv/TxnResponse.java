package io.quorate.kv;

import java.util.List;

/**
 * One branch has run.
 *
 * @param revision the one it made, or the current one if it wrote nothing; 0 in a nested transaction
 * @param succeeded whether all comparisons held
 * @param responses one for each operation of the branch, in order; immutable
 */
public record TxnResponse(long revision, boolean succeeded, List<ResponseOp> responses) implements ResponseOp {}
