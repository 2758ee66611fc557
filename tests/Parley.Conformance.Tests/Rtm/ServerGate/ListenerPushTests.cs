using System.Text;
using System.Text.Json;
using Parley.Conformance.Tests.Support;
using Parley.Core.Messaging;
using Parley.Gateways.Rtm.ServerGate;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>What a listener is shown, byte by byte (rtm-server.md §6.4), and pushes that wait for an answer, without a server.</summary>
public sealed class ListenerPushTests
{
    [Theory]
    [InlineData(ConversationKind.PeerToPeer, "pushmsg", "to", 4L)]
    [InlineData(ConversationKind.Group, "pushgroupmsg", "gid", 12L)]
    [InlineData(ConversationKind.Room, "pushroommsg", "rid", 12L)]
    public void Every_key_is_there_with_its_type(ConversationKind kind, string method, string key, long value)
    {
        var push = Encode(ListenerPushEncoder.Urls, Make(kind, 30, "hello"u8.ToArray()));
        Assert.Equal((method, Frame.TwoWay), (push.Method, push.Type));
        Assert.Equal(["attrs", "from", "ftype", "mid", "msg", "mtime", "mtype", "pid", key], push.Body.Keys.Order(StringComparer.Ordinal).Except([key]).Append(key));
        Assert.Equal(9, push.Body.Count);
        Assert.Equal((11_000_001, 3, value), (push.Body.Int("pid"), push.Body.Int("from"), push.Body.Int(key)));
        Assert.Equal((30, 0, 77, 1_556_446_799_140), (push.Body.Int("mtype"), push.Body.Int("ftype"), push.Body.Int("mid"), push.Body.Int("mtime")));
        Assert.Equal(("hello", ""), (push.Body.Text("msg"), push.Body.Text("attrs"))); // chat is text here, never a map
    }

    [Theory]
    [InlineData(FileKind.Image, 8, 40)]
    [InlineData(FileKind.Audio, 8, 41)]
    [InlineData(FileKind.Video, 8, 42)]
    [InlineData(FileKind.Other, 8, 50)]
    [InlineData(FileKind.Other, 41, 41)]
    public void Files_are_addresses_or_json_and_have_types_from_40_to_50(FileKind kind, byte type, long shown)
    {
        var message = Make(ConversationKind.Group, type, "http://files/1"u8.ToArray(), kind);
        var url = Encode(ListenerPushEncoder.Urls, message).Body;
        Assert.Equal((shown, (long)kind, "http://files/1"), (url.Int("mtype"), url.Int("ftype"), url.Text("msg")));
        var both = Encode(ListenerPushEncoder.Json, message).Body;
        Assert.Equal((shown, (long)kind), (both.Int("mtype"), both.Int("ftype")));
        using var json = JsonDocument.Parse(both.Text("msg"));
        Assert.Equal(("http://files/1", 15), (json.RootElement.GetProperty("url").GetString(), json.RootElement.GetProperty("size").GetInt32()));
    }

    [Fact]
    public void Bytes_stay_bytes_and_text_stays_text()
    {
        byte[] bytes = [0xff, 0, 1];
        Assert.Equal(bytes, Encode(ListenerPushEncoder.Urls, Make(ConversationKind.Room, 9, bytes, isBinary: true)).Body["msg"]);
        Assert.Equal("ä", Encode(ListenerPushEncoder.Json, Make(ConversationKind.Room, 9, Encoding.UTF8.GetBytes("ä"))).Body.Text("msg"));
    }

    [Fact]
    public void An_unanswered_push_is_repeated_once_and_then_given_up()
    {
        var pushes = new UnansweredPushes(100, 1_000_000);
        pushes.Track(Numbered(1), now: 0);
        pushes.Track(Numbered(2), now: 5);
        pushes.OnAnswer(2);
        Assert.Empty(Overdue(pushes, 9_999));
        Assert.Equal([1u], Overdue(pushes, 10_000));
        Assert.Empty(Overdue(pushes, 19_999));
        Assert.Equal(1, pushes.Count);
        Assert.Empty(Overdue(pushes, 20_000));
        Assert.Equal(0, pushes.Count);
        pushes.OnAnswer(1); // late
        pushes.OnAnswer(4711); // never pushed
    }

    [Fact]
    public void Waiting_is_bounded_by_number_and_by_bytes()
    {
        var few = new UnansweredPushes(3, 1_000_000);
        for (var i = 1u; i <= 10; i++)
            few.Track(Numbered(i), now: i);
        Assert.Equal([8u, 9u, 10u], Overdue(few, 20_000));
        var small = new UnansweredPushes(100, 5 * Numbered(1).Length);
        for (var i = 1u; i <= 10; i++)
            small.Track(Numbered(i), now: i);
        Assert.Equal([6u, 7u, 8u, 9u, 10u], Overdue(small, 20_000));
        // answers behind one that never comes leave nothing behind
        var stuck = new UnansweredPushes(4, 1_000_000);
        stuck.Track(Numbered(0), now: 0);
        for (var i = 1u; i <= 1000; i++)
        {
            stuck.Track(Numbered(i), now: 1);
            stuck.OnAnswer(i);
        }
        Assert.Equal(1, stuck.Count);
        Assert.Equal([0u], Overdue(stuck, 20_000));
    }

    private static ReadOnlyMemory<byte> Numbered(uint number) => Frame.Quest(number, "pushmsg", [0x80]);

    private static uint[] Overdue(UnansweredPushes pushes, long now)
    {
        var again = new List<ReadOnlyMemory<byte>>();
        pushes.TakeOverdue(now, 10_000, again);
        return [.. again.Select(frame => new Package(frame.ToArray()).Sequence)];
    }

    private static Package Encode(ListenerPushEncoder encoder, Message message) => new(encoder.Encode(message).ToArray());

    private static Message Make(ConversationKind kind, byte type, byte[] body, FileKind file = FileKind.None, bool isBinary = false) => new()
    {
        Conversation = kind == ConversationKind.PeerToPeer
            ? ConversationKey.PeerToPeer(11_000_001, 4, 3) : new(11_000_001, kind, 12, 0),
        Sender = 3,
        MessageId = 77,
        Type = type,
        File = file,
        IsBinary = isBinary,
        Body = body,
        FileSize = 15,
        Sequence = 5,
        Time = 1_556_446_799_140,
    };
}
