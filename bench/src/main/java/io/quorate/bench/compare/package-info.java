/**
 * etcd and Quorate under the same load on the same computer, one after the other and in turn: three members each, new
 * directories on one file system. Each run is kept as JSON; the tables in the documents are written from these and never by
 * hand. What was not reached stands there as it was measured.
 */
@NullMarked
package io.quorate.bench.compare;

import org.jspecify.annotations.NullMarked;
