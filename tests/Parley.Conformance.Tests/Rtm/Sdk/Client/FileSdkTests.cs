using System.Text.Json;
using Parley.Rtm.Client;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>Files through the SDK: leave, upload, push, history, download (rtm-client.md §4.16, §7).</summary>
public sealed class FileSdkTests(SdkServer server)
{
    private static byte[] Picture { get; } =
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, .. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [Fact]
    [CoversBySdk("filetoken", "sendfile")]
    public async Task A_user_gets_a_file_and_can_fetch_it()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var sent = await ann.Client.SendFileToUserAsync(ben.Id, new("cat.png", Picture) { Attributes = new Dictionary<string, string> { ["own"] = "x" } });
        Assert.NotNull(sent.Time);
        var heard = await ben.NextMessageAsync();
        Assert.Equal((ann.Id, sent.MessageId, RtmFileKind.Image), (heard.From, heard.MessageId, heard.FileKind));
        using var attrs = JsonDocument.Parse(heard.Attributes);
        Assert.Equal("cat", attrs.RootElement.GetProperty("filename").GetString());
        Assert.Equal("x", attrs.RootElement.GetProperty("own").GetString());
        using var http = new HttpClient();
        Assert.Equal(Picture, await http.GetByteArrayAsync(heard.Text));
        var page = await ben.Client.GetPageAsync(ann.Conversation);
        Assert.Equal((RtmFileKind.Image, heard.Text), (page.Messages[0].FileKind, page.Messages[0].Text));
    }

    [Fact]
    [CoversBySdk("filetoken", "sendfiles", "sendgroupfile", "sendroomfile")]
    public async Task Many_groups_and_rooms_get_files()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var gid = await server.NewGroupAsync(ann.Id, ben.Id);
        var rid = server.NewPlace();
        await ann.Client.EnterRoomAsync(rid);
        await ben.Client.EnterRoomAsync(rid);
        using var stream = new MemoryStream("plain words"u8.ToArray());
        await ann.Client.SendFileToUsersAsync([ben.Id], new("a.txt", stream));
        Assert.Equal((ann.Conversation, RtmFileKind.Other), Shape(await ben.NextMessageAsync()));
        await ann.Client.SendFileToGroupAsync(gid, new("a.txt", "words"u8.ToArray()));
        Assert.Equal((RtmConversation.OfGroup(gid), RtmFileKind.Other), Shape(await ben.NextMessageAsync()));
        await ann.Client.SendFileToRoomAsync(rid, new("a.txt", "words"u8.ToArray()));
        Assert.Equal((RtmConversation.OfRoom(rid), RtmFileKind.Other), Shape(await ben.NextMessageAsync()));

        static (RtmConversation, RtmFileKind) Shape(RtmMessage message) => (message.Conversation, message.FileKind);
    }

    [Fact]
    [CoversBySdk("filetoken", "sendfile")]
    public async Task What_must_not_be_sent_is_refused()
    {
        await using var ann = await server.LoginAsync();
        var file = new RtmUpload("a.txt", "words"u8.ToArray());
        await Expect.CodeAsync(200052, () => ann.Client.SendFileToUserAsync(ann.Id, file));
        await Expect.CodeAsync(200041, () => ann.Client.SendFileToGroupAsync(server.NewPlace(), file));
        await Expect.CodeAsync(200040, () => ann.Client.SendFileToRoomAsync(server.NewPlace(), file));
        await Expect.CodeAsync(200033, () => ann.Client.SendFileToUsersAsync([], file));
        await Expect.CodeAsync(200033, () => ann.Client.SendFileToUserAsync(server.NewUser(), new("empty", Array.Empty<byte>())));
        var twice = new RtmUpload("a.txt", "words"u8.ToArray()) { MessageId = 5 };
        var other = server.NewUser();
        await ann.Client.SendFileToUserAsync(other, twice);
        await Expect.CodeAsync(200053, () => ann.Client.SendFileToUserAsync(other, twice));
    }
}
