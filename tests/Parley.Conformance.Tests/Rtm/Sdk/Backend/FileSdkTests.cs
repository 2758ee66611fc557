using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>Files through the SDK: token, upload to the file gate, what arrives (rtm-server.md §5).</summary>
public sealed class FileSdkTests(BackEndServer server)
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3];

    [Theory]
    [InlineData(RtmFileAttributesForm.Flat)]
    [InlineData(RtmFileAttributesForm.Nested)]
    [CoversBySdk("filetoken", "sendfile", "sendfiles", "sendgroupfile", "sendroomfile")]
    public async Task A_file_reaches_users_groups_and_rooms(RtmFileAttributesForm form)
    {
        await using var backEnd = new SdkBackEnd(server, change: options => options.FileAttributes = form);
        var client = backEnd.Client;
        await using var ann = await backEnd.LoginAsync();
        await using var ben = await backEnd.LoginAsync();
        var place = await backEnd.NewGroupAsync(ann.UserId, ben.UserId);
        await client.AddRoomMemberAsync(place, ann.UserId);
        await client.AddRoomMemberAsync(place, ben.UserId);
        var file = new RtmFile(Png, "a.png") { Attributes = """{"w":3}""" };

        var sent = await client.SendFileAsync(ann.UserId, ben.UserId, file);
        await ExpectAsync(ben, "pushmsg", ann.UserId, sent);
        sent = await client.SendFilesAsync(ann.UserId, [ben.UserId, server.NewUser()], file);
        await ExpectAsync(ben, "pushmsg", ann.UserId, sent);
        sent = await client.SendGroupFileAsync(ann.UserId, place, new RtmFile(new MemoryStream(Png), "a.png") { Attributes = """{"w":3}""" });
        await ExpectAsync(ben, "pushgroupmsg", ann.UserId, sent);
        sent = await client.SendRoomFileAsync(ann.UserId, place, file);
        await ExpectAsync(ben, "pushroommsg", ann.UserId, sent);

        var page = await client.GetGroupMessagesAsync(place, new());
        var stored = Assert.Single(page.Messages);
        Assert.Equal(RtmMessageType.Image, stored.MessageType);
        Assert.True(Uri.IsWellFormedUriString(stored.Content.ToFileInfo().Url, UriKind.Absolute), stored.Text);
    }

    [Fact]
    [CoversBySdk("filetoken", "broadcastfile")]
    public async Task A_file_is_broadcast_by_admins_only()
    {
        await using var backEnd = new SdkBackEnd(server, BackEndServer.Loud);
        await using var ann = await backEnd.LoginAsync();
        var sent = await backEnd.Client.SendBroadcastFileAsync(BackEndServer.Admin, new RtmFile(Png, "a.png") { Attributes = """{"w":3}""" });
        Map body;
        do
            body = await ann.NextBodyAsync("pushbroadcastmsg");
        while (body.Int("mid") != sent.Mid);
        Assert.Equal(RtmMessageType.Image, body.Int("mtype"));
        await SdkBackEnd.FailAsync(RtmErrorCode.AdminOnly, backEnd.Client.SendBroadcastFileAsync(ann.UserId, new RtmFile(Png, "a.png")));
    }

    [Fact]
    [CoversBySdk("filetoken", "sendfile")]
    public async Task A_large_file_goes_up_and_errors_come_back()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        var (ann, ben) = (server.NewUser(), server.NewUser());
        var largest = new byte[5_242_880];
        Random.Shared.NextBytes(largest);
        var sent = await client.SendFileAsync(ann, ben, new RtmFile(largest, "big.bin"));
        await SdkBackEnd.FailAsync(RtmErrorCode.DuplicatedMid, client.SendFileAsync(ann, ben, new RtmFile(Png, "a.png"), sent.Mid));
        await SdkBackEnd.FailAsync(RtmErrorCode.LargeFileOrAttrs, client.SendFileAsync(ann, ben, new RtmFile(new byte[5_242_881], "a")));
        await SdkBackEnd.FailAsync(RtmErrorCode.EmptyParameter, client.SendFileAsync(ann, ben, new RtmFile(ReadOnlyMemory<byte>.Empty, "a")));
        await SdkBackEnd.FailAsync(RtmErrorCode.SendToSelf, client.SendFileAsync(ann, ann, new RtmFile(Png, "a.png")));
        await SdkBackEnd.FailAsync(RtmErrorCode.NotGroupMember, client.SendGroupFileAsync(ann, server.NewPlace(), new RtmFile(Png, "a.png")));
    }

    private static async Task ExpectAsync(RtmPeer receiver, string push, long from, RtmSendResult sent)
    {
        var body = await receiver.NextBodyAsync(push);
        Assert.Equal((from, sent.Mid), (body.Int("from"), body.Int("mid")));
        Assert.Equal(RtmMessageType.Image, body.Int("mtype"));
        Assert.StartsWith("http", body.Text("msg"), StringComparison.Ordinal);
        Assert.DoesNotContain("sign", body.Text("attrs"), StringComparison.Ordinal);
        Assert.Contains("\"w\":3", body.Text("attrs"), StringComparison.Ordinal);
        Assert.Equal(body.Int("mtime"), sent.Time.ToUnixTimeMilliseconds());
    }
}
