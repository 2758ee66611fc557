using System.Net;
using System.Net.Http.Headers;
using Parley.Conformance.Tests.Support;
using Parley.Storage.S3.Tests;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>The way of a file from upload to deletion, over an S3-compatible server.</summary>
public sealed class ObjectStoreTests(S3Server store)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_kept_served_and_removed_in_an_object_store()
    {
        Assert.SkipUnless(store.IsRunning, "s3rver is not installed: test.sh does it.");
        var process = await RtmServer.StartAsync(FileServer.SeedAsync, new Dictionary<string, string>
        {
            ["Files:Store"] = "S3",
            ["Files:S3:ServiceUrl"] = store.Settings.ServiceUrl,
            ["Files:S3:Bucket"] = store.Settings.Bucket,
            ["Files:S3:Prefix"] = "gate/",
            ["Files:S3:AccessKey"] = store.Settings.AccessKey,
            ["Files:S3:SecretKey"] = store.Settings.SecretKey,
        });
        try
        {
            await using var sender = await RtmPeer.ConnectAsync(process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(sender, Profile.G1, FileServer.FirstUser, FileServer.Pid);
            await using var receiver = await RtmPeer.ConnectAsync(process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(receiver, Profile.G1, FileServer.FirstUser + 1, FileServer.Pid);
            await using var gate = await RtmPeer.ConnectAsync(process.Endpoints["RtmFile"]);
            var file = new byte[700_000];
            Random.Shared.NextBytes(file);
            var urls = new List<string>();
            for (var mid = 1; mid <= 2; mid++)
            {
                var token = await FileServer.TokenAsync(sender, "sendfile", ("to", receiver.UserId));
                await gate.OkAsync("sendfile", Upload.Of(FileServer.Pid, sender.UserId, token, mid, file));
                urls.Add((await receiver.NextBodyAsync("pushmsg")).Text("msg"));
            }
            Assert.Single(Objects());
            using var http = new HttpClient();
            Assert.Equal(file, await http.GetByteArrayAsync(urls[0], Token));
            using var request = new HttpRequestMessage(HttpMethod.Get, urls[1]) { Headers = { Range = new RangeHeaderValue(600_000, 600_009) } };
            using var part = await http.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(file[600_000..600_010], await part.Content.ReadAsByteArrayAsync(Token));

            await sender.DoneAsync("delmsg", ("mid", 1), ("xid", receiver.UserId), ("type", 1));
            Assert.Single(Objects());
            await sender.DoneAsync("delmsg", ("mid", 2), ("xid", receiver.UserId), ("type", 1));
            Assert.Empty(Objects());
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(urls[1], Token)).StatusCode);
            Assert.Equal(0, FileFolder.Spooled(process));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    private IEnumerable<string> Objects() => store.Objects().Where(path => path.Contains("/gate/", StringComparison.Ordinal));
}
