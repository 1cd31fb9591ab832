/** Tests of the load: bytes, counting, and a whole loop against a server in this process. */
@NullMarked
package io.quorate.bench.load;

import org.jspecify.annotations.NullMarked;
