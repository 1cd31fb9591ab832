/** Tests of the comparison with etcd, without starting either. */
@NullMarked
package io.quorate.bench.compare;

import org.jspecify.annotations.NullMarked;
