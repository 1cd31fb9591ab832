/**
 * What a member is started with: {@link io.quorate.server.options.ServerOptions}, made by a builder and checked as a whole.
 * Names and defaults follow etcd's flags. Wrong options are refused with every problem at once, each in a sentence.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.server.options;
