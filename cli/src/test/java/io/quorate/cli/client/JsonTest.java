package io.quorate.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.etcd.etcdserverpb.ResponseOp;
import io.quorate.etcd.etcdserverpb.TxnResponse;
import io.quorate.etcd.mvccpb.KeyValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The texts are what etcdctl 3.4 printed for the same answers, but for the names in a oneof, which are 3.6's. */
final class JsonTest {
    private static final ResponseHeader HEADER = ResponseHeader.newBuilder()
            .setClusterId(Long.parseUnsignedLong("14841639068965178418"))
            .setMemberId(0x8e9e05c52164694dL)
            .setRevision(2)
            .setRaftTerm(2)
            .build();

    @Test
    void defaultsAreLeftOutBytesAreBase64AndIdsUnsigned() {
        RangeResponse response = RangeResponse.newBuilder()
                .setHeader(HEADER)
                .addKvs(KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8("x"))
                        .setCreateRevision(2)
                        .setModRevision(2)
                        .setVersion(1)
                        .setValue(ByteString.copyFromUtf8("100")))
                .setCount(1)
                .build();
        assertThat(Json.text(Json.of(response)))
                .isEqualTo("{\"header\":{\"cluster_id\":14841639068965178418,\"member_id\":10276657743932975437,"
                        + "\"revision\":2,\"raft_term\":2},\"kvs\":[{\"key\":\"eA==\",\"create_revision\":2,"
                        + "\"mod_revision\":2,\"version\":1,\"value\":\"MTAw\"}],\"count\":1}");
    }

    @Test
    void aOneofIsALevelOfItsOwn() {
        TxnResponse response = TxnResponse.newBuilder()
                .setSucceeded(true)
                .addResponses(ResponseOp.newBuilder()
                        .setResponsePut(PutResponse.newBuilder()
                                .setHeader(ResponseHeader.newBuilder().setRevision(5))))
                .build();
        assertThat(Json.text(Json.of(response)))
                .isEqualTo("{\"succeeded\":true,\"responses\":[{\"Response\":{\"response_put\":"
                        + "{\"header\":{\"revision\":5}}}}]}");
    }

    @Test
    void anUnsignedNumberOf32BitsIsNeverNegative() {
        HashKVResponse response = HashKVResponse.newBuilder().setHash(-1).build();
        assertThat(Json.text(Json.of(response))).isEqualTo("{\"hash\":4294967295}");
    }

    @Test
    void namesStayAsTheInterfaceWritesThem() {
        Member member = Member.newBuilder().setID(1).addPeerURLs("http://a<b").build();
        assertThat(Json.text(Json.of(member))).isEqualTo("{\"ID\":1,\"peerURLs\":[\"http://a<b\"]}");
    }

    @Test
    void aTableCentresHeadingsAndPutsNumbersToTheRight() {
        Table table = new Table("ENDPOINT", "IS LEADER", "DB SIZE");
        table.row("127.0.0.1:2379", true, "20 kB");
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        table.print(out);
        out.flush();
        assertThat(text.toString().lines())
                .containsExactly(
                        "+----------------+-----------+---------+",
                        "|    ENDPOINT    | IS LEADER | DB SIZE |",
                        "+----------------+-----------+---------+",
                        "| 127.0.0.1:2379 |      true |   20 kB |",
                        "+----------------+-----------+---------+");
    }

    @Test
    void sizesAreRounded() {
        assertThat(EndpointCommand.bytes(0)).isEqualTo("0 B");
        assertThat(EndpointCommand.bytes(999)).isEqualTo("999 B");
        assertThat(EndpointCommand.bytes(1500)).isEqualTo("1.5 kB");
        assertThat(EndpointCommand.bytes(20_480)).isEqualTo("20 kB");
        assertThat(EndpointCommand.bytes(25_000_000)).isEqualTo("25 MB");
    }
}
