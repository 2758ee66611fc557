using System.Text;
using System.Text.Json;
using Parley.Rtm.Backend;
using Parley.Rtm.Sdk.Tests.Transport;

namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>Files: token, upload, attrs.</summary>
public sealed class FileTests
{
    private const string Token = "5C65CD872903AAB37211EC468B4A1364";

    [Fact]
    public async Task A_file_goes_to_the_gate_that_the_token_names()
    {
        await using var gate = new FakeGate();
        await using var files = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var progress = new Progress();
        var content = new byte[300_000];
        Random.Shared.NextBytes(content);
        var sent = client.SendGroupFileAsync(102456, 12345, new RtmFile(new MemoryStream(content), "dir/note.txt"), progress: progress);
        using var peer = await gate.AcceptAsync();
        var asked = await peer.ServeAsync("filetoken", ("token", Token), ("endpoint", files.Endpoint));
        Assert.Equal((102456, "sendgroupfile", 12345), (asked.Int("from"), asked.Text("cmd"), asked.Int("gid")));
        Assert.True(asked.Has("sign"));

        using var filePeer = await files.AcceptAsync();
        var quest = await filePeer.ServeAsync("sendgroupfile", ("mtime", 1_556_446_805_020));
        Assert.False(quest.Has("sign"));
        Assert.Equal((11000001, Token, 50), (quest.Int("pid"), quest.Text("token"), quest.Int("mtype")));
        Assert.Equal((102456, 12345), (quest.Int("from"), quest.Int("gid")));
        Assert.Equal(content, quest["file"]);
        using var attributes = JsonDocument.Parse(quest.Text("attrs"));
        Assert.Equal(["sign", "ext", "filename"], attributes.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("txt", attributes.RootElement.GetProperty("ext").GetString());
        Assert.Equal("note.txt", attributes.RootElement.GetProperty("filename").GetString());
        Assert.Equal(FileParameters.Sign(content, Token), attributes.RootElement.GetProperty("sign").GetString());

        var result = await sent;
        Assert.Equal((quest.Int("mid"), 1_556_446_805_020), (result.Mid, result.Time.ToUnixTimeMilliseconds()));
        Assert.Equal(progress.Seen.Order(), progress.Seen);
        Assert.True(progress.Seen.Count > 2);
        Assert.Equal(content.Length, progress.Seen[^1]);
        Assert.Null(await filePeer.TryReadAsync());
    }

    [Fact]
    public void The_signature_is_that_of_the_worked_example() =>
        Assert.Equal("cb29a61a829a2c6636975df7ba4d00f0", FileParameters.Sign("hello rtm file\n"u8, Token));

    [Theory]
    [InlineData(RtmFileAttributesForm.Flat, null, """{"sign":"s","ext":"png","filename":"a.png"}""")]
    [InlineData(RtmFileAttributesForm.Flat, """{"w":1,"sign":"mine"}""", """{"sign":"s","ext":"png","filename":"a.png","w":1}""")]
    [InlineData(RtmFileAttributesForm.Flat, "text", """{"sign":"s","ext":"png","filename":"a.png","custom":"text"}""")]
    [InlineData(RtmFileAttributesForm.Flat, """{"a":1,"a":2}""", """{"sign":"s","ext":"png","filename":"a.png","custom":"{\u0022a\u0022:1,\u0022a\u0022:2}"}""")]
    [InlineData(RtmFileAttributesForm.Nested, null, """{"rtm":{"sign":"s","ext":"png","filename":"a.png"},"custom":""}""")]
    [InlineData(RtmFileAttributesForm.Nested, """{"w":1}""", """{"rtm":{"sign":"s","ext":"png","filename":"a.png"},"custom":{"w":1}}""")]
    [InlineData(RtmFileAttributesForm.Nested, "[1]", """{"rtm":{"sign":"s","ext":"png","filename":"a.png"},"custom":"[1]"}""")]
    public void Attrs_have_the_chosen_form(RtmFileAttributesForm form, string? own, string expected)
    {
        var file = new RtmFile(new byte[1], "a.png") { Attributes = own };
        Assert.Equal(expected, FileParameters.Write(file, "s", form));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task The_limit_holds_for_bytes_and_streams_before_anything_is_sent(int length, bool fits)
    {
        await using var gate = new FakeGate();
        await using var client = BackendFixture.Client(gate, options => options.MaxFileLength = 10);
        foreach (var file in (RtmFile[])[new(new byte[length], "a"), new(new MemoryStream(new byte[length]), "a")])
        {
            var sent = client.SendFileAsync(1, 2, file);
            if (!fits)
            {
                Assert.Equal(RtmErrorCode.LargeFileOrAttrs, (await Assert.ThrowsAsync<RtmException>(() => sent)).Code);
                Assert.False(client.IsConnected);
                continue;
            }

            using var peer = await gate.AcceptAsync();
            await peer.RefuseAsync(await peer.ExpectAsync("filetoken"), 200041);
            var error = await Assert.ThrowsAsync<RtmException>(() => sent);
            Assert.Equal(("filetoken", 200041), (error.Method, error.Code));
            break;
        }
    }

    [Fact]
    public async Task An_upload_that_fails_tells_its_method_and_a_bad_endpoint_is_an_error()
    {
        await using var gate = new FakeGate();
        await using var files = new FakeGate();
        await using var client = BackendFixture.Client(gate);
        var sent = client.SendFilesAsync(1, [2, 3], new RtmFile(new byte[1], "a"));
        using var peer = await gate.AcceptAsync();
        var asked = await peer.ServeAsync("filetoken", ("token", Token), ("endpoint", files.Endpoint));
        Assert.Equal([2, 3], asked.Ints("tos"));
        using var filePeer = await files.AcceptAsync();
        await filePeer.RefuseAsync(await filePeer.ExpectAsync("sendfiles"), 200003);
        var error = await Assert.ThrowsAsync<RtmException>(() => sent);
        Assert.Equal(("sendfiles", 200003), (error.Method, error.Code));

        sent = client.SendBroadcastFileAsync(1, new RtmFile(new byte[1], "a"));
        await peer.ServeAsync("filetoken", ("token", Token), ("endpoint", "nowhere"));
        Assert.Equal("filetoken", (await Assert.ThrowsAsync<RtmException>(() => sent)).Method);
    }

    [Theory]
    [InlineData("http://f/1.png", "http://f/1.png", null, null)]
    [InlineData("""{"url":"http://f/1","size":7,"surl":"http://f/2"}""", "http://f/1", 7L, "http://f/2")]
    [InlineData("""{"url":5}""", """{"url":5}""", null, null)]
    [InlineData("{broken", "{broken", null, null)]
    [InlineData("""{"url":"u","size":"x"}""", """{"url":"u","size":"x"}""", null, null)]
    public void A_file_message_tells_where_the_file_is(string text, string url, long? size, string? thumbnail) =>
        Assert.Equal(new RtmFileInfo(url, size, thumbnail), new RtmContent(Encoding.UTF8.GetBytes(text), false).ToFileInfo());

    private sealed class Progress : IProgress<long>
    {
        public List<long> Seen { get; } = [];

        public void Report(long value) => Seen.Add(value);
    }
}
