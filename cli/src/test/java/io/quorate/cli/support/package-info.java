/**
 * What tests of real processes share: where the checkout and its launcher are, and where etcd and etcdctl are. Such a
 * test is tagged {@code process}, so that only {@code ./quorate test} runs it. It binds ports that the system chose, and
 * ends every process that it started.
 */
@NullMarked
package io.quorate.cli.support;

import org.jspecify.annotations.NullMarked;
