using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>The gateway: one question, one answer, the end (goim-json §6).</summary>
[CoversGoIm("GI-001")]
public sealed class GatewayTests(GoImServer server, SmallGoImServer small)
{
    private const string Ask = """{"cmd":"req_msg_server","obj":[],"repo":null}""";

    private string Address => $"127.0.0.1:{server.Door.Port}";

    [Fact]
    public async Task GI_001_The_vectors_of_the_document_byte_for_byte()
    {
        var port = small.Door.Port;
        var text = $$"""{"cmd":"select_msg_server_for_client","ok":true,"msg":"","obj":["127.0.0.1:{{port}}"],"repo":null}""" + "\n";
        Assert.Equal(96 - 5 + port.ToString().Length, text.Length);
        foreach (var request in new[] { Ask + "\n", Ask })
        {
            var frame = GoImPeer.Frame(request);
            Assert.Equal(request == Ask ? 45 : 46, frame[1]);
            await using var peer = await RawPeer.ConnectAsync(small.Gateway);
            await peer.SendAsync(frame);
            Assert.Equal(GoImPeer.Frame(text), await peer.ReadToEndAsync());
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("9007199254740993")]
    [InlineData("""{ "a": [1, {"b": "ü\u00e9"}] }""")]
    public async Task GI_001_The_answer_names_the_msg_server_echoes_repo_and_ends_with_the_time(string repo)
    {
        await using var peer = await GoImPeer.ConnectAsync(server.Gateway);
        await peer.SendJsonAsync($$"""{"cmd":"req_msg_server","obj":["ignored"],"repo":{{repo}}}""");
        var answer = await peer.NextAnswerAsync();
        Assert.Equal("select_msg_server_for_client", answer.Command);
        Assert.True(answer.Ok);
        Assert.Equal("", answer.Text);
        Assert.Equal([Address], answer.Obj);
        Assert.Equal(repo, answer.Repo);
        Assert.InRange(answer.Time!.Value, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1);
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [CoversGoIm("GI-001", "Illegal request.")]
    [InlineData("""{"cmd":"send_client_id","obj":["aa"],"repo":7}""", "7")]
    [InlineData("""{"cmd":"nonsense","repo":"x"}""", "\"x\"")]
    [InlineData("null", "null")]
    [InlineData("{}", "null")]
    public async Task GI_001_Any_other_command_is_refused_and_the_connection_closed(string request, string repo)
    {
        await using var peer = await GoImPeer.ConnectAsync(server.Gateway);
        await peer.SendJsonAsync(request);
        var answer = await peer.NextAnswerAsync();
        Assert.Equal(("resp_error", false, "Illegal request.", repo), (answer.Command, answer.Ok, answer.Text, answer.Repo));
        Assert.Empty(answer.Obj);
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task GI_001_Only_the_first_of_several_requests_is_answered()
    {
        await using var peer = await GoImPeer.ConnectAsync(server.Gateway);
        await peer.SendAsync([.. GoImPeer.Frame(Ask), .. GoImPeer.Frame(Ask), .. GoImPeer.Frame("""{"cmd":"x"}""")]);
        Assert.True((await peer.NextAnswerAsync()).Ok);
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task GI_001_The_answer_arrives_whole_whatever_else_the_client_sends_and_a_FIN_follows()
    {
        var more = GoImPeer.Frame(Ask + new string(' ', 60_000));
        for (var round = 0; round < 30; round++)
        {
            await using var peer = await RawPeer.ConnectAsync(server.Gateway);
            await peer.SendAsync(GoImPeer.Frame(Ask));
            for (var i = 0; i < 5; i++)
                await peer.TrySendAsync(more);
            var read = new MemoryStream();
            await Wait.For(peer.Stream.CopyToAsync(read), "the end of the connection"); // a reset would be an IOException
            Assert.Contains(Address, Encoding.UTF8.GetString(read.ToArray()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task GI_001_A_client_that_does_not_close_its_side_is_let_go_after_a_while()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gateway);
        await peer.SendAsync(GoImPeer.Frame(Ask));
        await peer.ReadToEndAsync();
        await Wait.Until(
            async () =>
            {
                try
                {
                    await peer.SendAsync("0000");
                    return false;
                }
                catch (IOException)
                {
                    return true;
                }
            },
            "the server is gone");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("002e7b")]
    public async Task GI_001_Who_does_not_ask_in_time_is_closed_in_silence(string hex)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var peer = await RawPeer.ConnectAsync(small.Gateway);
        await peer.TrySendAsync(Hex.Bytes(hex));
        await peer.ExpectClosedAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds > SmallGoImServer.GatewaySeconds - 0.1);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("""{"cmd":1}""")]
    public async Task GI_001_What_is_no_request_is_closed_without_an_answer(string payload)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gateway);
        await peer.SendAsync(GoImPeer.Frame(payload));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task GI_001_Without_a_msg_server_it_answers_error()
    {
        await using var own = await GoImServer.StartAsync(("Endpoints:GoImMessage", ""));
        await using (var peer = await GoImPeer.ConnectAsync(own.Endpoints["GoImGateway"]))
        {
            await peer.SendJsonAsync(Ask);
            var answer = await peer.NextAnswerAsync();
            Assert.Equal((false, "error."), (answer.Ok, answer.Text));
            Assert.Empty(answer.Obj);
            await peer.ExpectClosedAsync();
        }
        await RtmServer.EndAsync(own);
    }
}
