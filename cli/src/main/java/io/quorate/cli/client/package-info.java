/**
 * The verbs that talk to a running cluster: etcdctl's words, formats and exit codes. They speak gRPC to any member, so they
 * work against etcd itself too, but for what only our own node service tells.
 */
@NullMarked
package io.quorate.cli.client;

import org.jspecify.annotations.NullMarked;
