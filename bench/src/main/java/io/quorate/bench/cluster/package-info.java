/**
 * Processes of a server on this computer that form a cluster, and how a measurement speaks with them: started on free ports in new
 * directories, killed, replaced, asked who leads. They end with whoever started them, however that ends.
 */
@NullMarked
package io.quorate.bench.cluster;

import org.jspecify.annotations.NullMarked;
