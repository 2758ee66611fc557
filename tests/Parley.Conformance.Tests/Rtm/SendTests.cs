using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

public sealed class SendTests(RtmServer server)
{
    [Fact]
    [Covers("sendmsg", "pushmsg")]
    public async Task A_message_is_answered_with_its_mtime_and_pushed_with_the_union_of_keys()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        var answer = await ann.OkAsync("sendmsg", ("to", ben.UserId), ("mid", mid), ("mtype", 8), ("msg", "hello"), ("attrs", "{}"));
        Assert.Equal(["mtime"], answer.Keys);
        var push = await ben.NextAsync("pushmsg");
        Assert.Equal(Frame.TwoWay, push.Type);
        Assert.Equal(Frame.MessagePack, push.Flag);
        Assert.Equal(["from", "to", "mid", "mtype", "ftype", "msg", "attrs", "mtime"], push.Body.Keys);
        Assert.Equal(ann.UserId, push.Body.Int("from"));
        Assert.Equal(ben.UserId, push.Body.Int("to"));
        Assert.Equal(mid, push.Body.Int("mid"));
        Assert.Equal(8, push.Body.Int("mtype"));
        Assert.Equal(0, push.Body.Int("ftype"));
        Assert.Equal("hello", push.Body.Text("msg"));
        Assert.Equal("{}", push.Body.Text("attrs"));
        Assert.Equal(answer.Int("mtime"), push.Body.Int("mtime"));
    }
}
