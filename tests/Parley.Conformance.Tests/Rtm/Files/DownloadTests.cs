using System.Net;
using System.Net.Http.Headers;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>Downloads (rtm-client.md §7.4): what may be asked for, what comes back, and what a browser may do with it.</summary>
public sealed class DownloadTests(FileServer server)
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_is_to_be_saved_under_its_name_and_can_run_nothing()
    {
        using var answer = await GetAsync(await UploadAsync(Upload.Hello, "html", "pa\\\"ge"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment; filename=\"pa_ge.html\"; filename*=UTF-8''pa%22ge.html", Header(answer, "Content-Disposition"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("sandbox; default-src 'none'", Header(answer, "Content-Security-Policy"));
        Assert.Equal("cross-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("max-age=86400, private", Header(answer, "Cache-Control"));
        Assert.Equal("bytes", Header(answer, "Accept-Ranges"));
        Assert.Equal(15, answer.Content.Headers.ContentLength);
        Assert.Equal($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Upload.Hello))}\"", Header(answer, "ETag"));
        Assert.NotNull(answer.Content.Headers.LastModified);
        Assert.Equal(Upload.Hello, await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("png", "image/png", "inline")]
    [InlineData("jpg", "image/jpeg", "inline")]
    [InlineData("mp3", "audio/mpeg", "inline")]
    [InlineData("mp4", "video/mp4", "inline")]
    [InlineData("svg", "application/octet-stream", "attachment")]
    [InlineData("htm", "application/octet-stream", "attachment")]
    [InlineData("pdf", "application/octet-stream", "attachment")]
    [InlineData("js", "application/octet-stream", "attachment")]
    public async Task Pictures_audio_and_video_are_shown_everything_else_is_saved(string extension, string type, string disposition)
    {
        using var answer = await GetAsync(await UploadAsync(Upload.Hello, extension, "名"));
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal($"{disposition}; filename=\"_.{extension}\"; filename*=UTF-8''%E5%90%8D.{extension}", Header(answer, "Content-Disposition"));
    }

    [Theory]
    [InlineData("cat 😀", "cat __.txt", "cat%20%F0%9F%98%80.txt")]
    [InlineData("a\r\nX-Evil: 1", "aX-Evil: 1.txt", "")]
    [InlineData("../../etc/passwd", "etcpasswd.txt", "")]
    public async Task A_name_keeps_its_letters_and_loses_what_a_path_or_a_header_is_made_of(string name, string plain, string whole)
    {
        using var answer = await GetAsync(await UploadAsync(Upload.Hello, "txt", name));
        var rest = whole.Length > 0 ? $"; filename*=UTF-8''{whole}" : "";
        Assert.Equal($"attachment; filename=\"{plain}\"{rest}", Header(answer, "Content-Disposition"));
        Assert.False(answer.Headers.Contains("X-Evil"));
    }

    [Fact]
    public async Task A_picture_without_extension_is_known_by_its_content()
    {
        using var answer = await GetAsync(await UploadAsync(Upload.Png, "", null));
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("bytes=0-4", 206, "bytes 0-4/15", "hello")]
    [InlineData("bytes=6-8", 206, "bytes 6-8/15", "rtm")]
    [InlineData("bytes=10-", 206, "bytes 10-14/15", "file\n")]
    [InlineData("bytes=14-99", 206, "bytes 14-14/15", "\n")]
    [InlineData("bytes=-5", 206, "bytes 10-14/15", "file\n")]
    [InlineData("bytes=-99", 206, "bytes 0-14/15", "hello rtm file\n")]
    [InlineData("bytes=15-", 416, "bytes */15", "")]
    [InlineData("bytes=99-100", 416, "bytes */15", "")]
    [InlineData("bytes=-0", 416, "bytes */15", "")]
    [InlineData("bytes=0-1,3-4", 200, null, "hello rtm file\n")]
    [InlineData("bytes=5-4", 200, null, "hello rtm file\n")]
    [InlineData("lines=0-1", 200, null, "hello rtm file\n")]
    public async Task One_range_of_bytes_can_be_asked_for(string range, int status, string? told, string body)
    {
        using var answer = await GetAsync(await UploadAsync(Upload.Hello, "txt", "a"), request => request.Headers.TryAddWithoutValidation("Range", range));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(told, answer.Content.Headers.TryGetValues("Content-Range", out var values) ? values.Single() : null);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Conditions_are_heeded()
    {
        var url = await UploadAsync(Upload.Hello, "txt", "a");
        using var first = await GetAsync(url);
        var tag = first.Headers.ETag!;
        var modified = first.Content.Headers.LastModified!.Value;
        var other = new EntityTagHeaderValue("\"other\"");
        await ExpectAsync(HttpStatusCode.NotModified, request => request.Headers.IfNoneMatch.Add(tag));
        await ExpectAsync(HttpStatusCode.NotModified, request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any));
        await ExpectAsync(HttpStatusCode.OK, request => request.Headers.IfNoneMatch.Add(other));
        await ExpectAsync(HttpStatusCode.NotModified, request => request.Headers.IfModifiedSince = modified);
        await ExpectAsync(HttpStatusCode.OK, request => request.Headers.IfModifiedSince = modified.AddSeconds(-1));
        await ExpectAsync(HttpStatusCode.PartialContent, request => Range(request, new RangeConditionHeaderValue(tag)));
        await ExpectAsync(HttpStatusCode.OK, request => Range(request, new RangeConditionHeaderValue(other)));
        await ExpectAsync(HttpStatusCode.PartialContent, request => Range(request, new RangeConditionHeaderValue(modified)));
        await ExpectAsync(HttpStatusCode.OK, request => Range(request, new RangeConditionHeaderValue(modified.AddSeconds(-1))));

        async Task ExpectAsync(HttpStatusCode status, Action<HttpRequestMessage> change)
        {
            using var answer = await GetAsync(url, change);
            Assert.Equal(status, answer.StatusCode);
            if (status == HttpStatusCode.NotModified)
                Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
        }

        static void Range(HttpRequestMessage request, RangeConditionHeaderValue condition)
        {
            request.Headers.Range = new(0, 1);
            request.Headers.IfRange = condition;
        }
    }

    [Fact]
    public async Task Head_tells_all_but_the_content_and_other_methods_are_refused()
    {
        var url = await UploadAsync(Upload.Hello, "txt", "a");
        foreach (var address in new[] { url, ThroughGate(url) })
        {
            using var head = await GetAsync(address, request => request.Method = HttpMethod.Head);
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.Equal(15, head.Content.Headers.ContentLength);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
            using var post = await GetAsync(address, request => request.Method = HttpMethod.Post);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
            Assert.Equal("GET, HEAD", post.Content.Headers.TryGetValues("Allow", out var allowed) ? string.Join(", ", allowed) : "");
        }
    }

    [Fact]
    public async Task What_is_not_exactly_an_address_is_not_found()
    {
        var url = new Uri(await UploadAsync(Upload.Hello, "txt", "a"));
        var parts = url.AbsolutePath.Split('/');
        var (pid, day, name) = (parts[2], parts[3], parts[4]);
        var key = name[..32];
        string[] wrong =
        [
            $"/files/{pid}/{day}/{key}", $"/files/{pid}/{day}/{key}.png", $"/files/{pid}/{day}/{key}.TXT", $"/files/{pid}/{day}/{key}.",
            $"/files/{pid}/20190428/{name}", $"/files/{FileServer.Other}/{day}/{name}", $"/files/0{pid}/{day}/{name}",
            $"/files/{pid}/{day}/{key.ToUpperInvariant()}.txt", $"/files/{pid}/{day}/{new string('0', 32)}.txt", $"/files/{pid}/{day}/{name}/",
            $"/files//{pid}/{day}/{name}", $"/files/{pid}/{day}/../{day}/{name}", $"/files/{pid}/{day}/%2e%2e/{name}",
            $"/files/{pid}/{day}/%2fetc%2fpasswd", $"/files/../../../etc/passwd", "/files/", "/files", $"/files/{pid}/{day}/",
            $"/files/{pid}/{day}/{name}%00", $"/files/{new string('9', 19)}/{day}/{name}", $"/files/{new string('9', 300)}/{day}/{name}",
            $"/x/files/{pid}/{day}/{name}", $"/files/{pid}/{day}/{key}.t/xt", $"/files/{pid}/{day}/{key[..31]}.txt",
        ];
        foreach (var path in wrong)
        {
            await using var peer = await RawPeer.ConnectAsync(server.Web);
            await peer.SendTextAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
            var head = await peer.ReadHeadAsync();
            Assert.True(head.StartsWith("HTTP/1.1 404 ", StringComparison.Ordinal) || head.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"{path}: {head}");
        }
        using var good = await GetAsync(url + "?x=1");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Without_the_web_door_the_file_gate_serves_downloads()
    {
        var process = await RtmServer.StartAsync(FileServer.SeedAsync, new Dictionary<string, string> { ["Endpoints:Web"] = "" });
        try
        {
            await using var sender = await RtmPeer.ConnectAsync(process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(sender, Profile.G1, FileServer.FirstUser, FileServer.Pid);
            await using var receiver = await RtmPeer.ConnectAsync(process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(receiver, Profile.G1, FileServer.FirstUser + 1, FileServer.Pid);
            await using var gate = await RtmPeer.ConnectAsync(process.Endpoints["RtmFile"]);
            var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
            await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, 1));
            var url = (await receiver.NextBodyAsync("pushmsg")).Text("msg");
            Assert.StartsWith($"http://{process.Endpoints["RtmFile"]}/files/", url, StringComparison.Ordinal);
            Assert.Equal(Upload.Hello, await Http.GetByteArrayAsync(url, Token));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    [Fact]
    public async Task Both_doors_serve_the_same_file()
    {
        var url = await UploadAsync(Upload.Hello, "txt", "a");
        Assert.Equal(Upload.Hello, await Http.GetByteArrayAsync(ThroughGate(url), Token));
    }

    private string ThroughGate(string url) => url.Replace(server.Web.ToString(), server.Gate.ToString(), StringComparison.Ordinal);

    private async Task<string> UploadAsync(byte[] file, string extension, string? name)
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var gate = await server.ConnectAsync();
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
        var attrs = System.Text.Json.JsonSerializer.Serialize(
            new Dictionary<string, string?> { ["sign"] = Upload.Sign(file, token), ["ext"] = extension, ["filename"] = name });
        await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, server.NewMid(), file, attrs));
        return (await receiver.NextBodyAsync("pushmsg")).Text("msg");
    }

    private static async Task<HttpResponseMessage> GetAsync(string url, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        change?.Invoke(request);
        return await Http.SendAsync(request, Token);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        string.Join(", ", answer.Headers.TryGetValues(name, out var values) ? values : answer.Content.Headers.GetValues(name));
}
