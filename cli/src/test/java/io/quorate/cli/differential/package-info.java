/**
 * The same random requests to a real etcd and to a cluster of this checkout, and every answer compared field by field.
 * {@link io.quorate.cli.differential.RandomRequests} makes them from a seed, {@link
 * io.quorate.cli.differential.KnownDifference} says, one by one, what etcd 3.6 answers where Debian's etcd 3.4 answers
 * otherwise. Nothing else is masked but who answered and in which term.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.cli.differential;
