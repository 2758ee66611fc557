using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Frames, JSON and the envelope (goim-json §2, §3, §19).</summary>
public sealed class FramingTests(GoImServer server, SmallGoImServer small)
{
    private const string Ping = """{"cmd":"send_ping","obj":[],"repo":null}""";

    [Fact]
    [CoversGoIm("GI-002", "GI-006")]
    public async Task GI_002_GI_006_The_vectors_of_the_document_byte_for_byte()
    {
        await using var peer = await RawPeer.ConnectAsync(small.Door);
        byte[] request = [0x00, 0x2F, .. """{"cmd":"send_client_id","obj":["aa"],"repo":7}"""u8, (byte)'\n'];
        await peer.SendAsync(request);
        byte[] login = [0x00, 0x3E, .. """{"cmd":"resp_client_id","ok":true,"msg":"","obj":[],"repo":7}"""u8, (byte)'\n'];
        Assert.Equal(login, await peer.ReadAsync(login.Length));
        byte[] ping = [0x00, 0x29, .. """{"cmd":"send_ping","obj":[],"repo":null}"""u8, (byte)'\n'];
        await peer.SendAsync(ping);
        byte[] pong = [0x00, 0x3C, .. """{"cmd":"resp_pong","ok":true,"msg":"","obj":[],"repo":null}"""u8, (byte)'\n'];
        Assert.Equal(pong, await peer.ReadAsync(pong.Length));
    }

    [Fact]
    public async Task A_request_may_be_cut_anywhere()
    {
        await using var peer = await server.LoginAsync();
        var whole = GoImPeer.Frame(Ping);
        for (var at = 1; at < whole.Length; at++)
        {
            await peer.SendAsync(whole[..at]);
            await peer.SendAsync(whole[at..]);
            Assert.Equal("resp_pong", (await peer.NextAnswerAsync()).Command);
        }
        foreach (var one in whole)
            await peer.SendAsync([one]);
        Assert.Equal("resp_pong", (await peer.NextAnswerAsync()).Command);
    }

    [Fact]
    public async Task A_value_may_lie_in_several_frames_and_a_frame_may_hold_several_values()
    {
        await using var peer = await server.LoginAsync();
        var bytes = Encoding.UTF8.GetBytes("""{"cmd":"send_ping","obj":["ü\"}{"],"repo":1}""");
        for (var at = 1; at < bytes.Length; at++)
        {
            await peer.SendAsync([.. GoImPeer.Frame(bytes[..at]), 0, 0, .. GoImPeer.Frame(bytes[at..])]);
            Assert.Equal("1", (await peer.NextAnswerAsync()).Repo);
        }
        await peer.SendAsync([.. bytes.SelectMany(one => GoImPeer.Frame([one]))]);
        Assert.Equal("1", (await peer.NextAnswerAsync()).Repo);

        string[] several = ["""{"cmd":"send_ping","repo":1}{"cmd":"send_ping","repo":2}""", "\r\n\t {\"cmd\":\"send_ping\",\"repo\":3} \n\n ", "{\"cmd\":\"send_ping\",\"repo\":4}"];
        await peer.SendAsync([.. several.SelectMany(GoImPeer.Frame), 0, 0, 0, 0]);
        for (var i = 1; i <= 4; i++)
            Assert.Equal(i.ToString(), (await peer.NextAnswerAsync()).Repo);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890.10e5")]
    [InlineData("\"text \\u00e9 \\/ é\"")]
    [InlineData("""{"b":1,"a":[ [1, 2],{"b":null}, "x" ],"b":2}""")]
    [InlineData("[]")]
    public async Task Repo_is_echoed_as_it_came(string repo)
    {
        await using var peer = await server.LoginAsync();
        await peer.SendJsonAsync($$"""{"repo":{{repo}},"cmd":"send_ping"}""");
        Assert.Equal(repo, (await peer.NextAnswerAsync()).Repo);
        await peer.SendJsonAsync($$"""{"cmd":"send_del_friend","obj":["nobody"],"repo" : {{repo}} }""");
        Assert.Equal(repo, (await peer.NextAnswerAsync()).Repo);
    }

    [Fact]
    public async Task Repo_that_is_absent_or_makes_the_answer_too_long_is_null()
    {
        await using var peer = await server.LoginAsync();
        await peer.SendJsonAsync("""{"cmd":"send_ping"}""");
        Assert.Equal("null", (await peer.NextAnswerAsync()).Repo);
        var spare = 65_535 - (await peer.AskAsync("send_ping")).Length + 16; // our usual repo has 16 digits
        foreach (var (length, isEchoed) in new[] { (spare, true), (spare + 1, false), (100_000, false) })
        {
            var repo = $"\"{new string('r', length - 2)}\"";
            await peer.SendJsonAsync($$"""{"cmd":"send_ping","repo":{{repo}}}""");
            var answer = await peer.NextAnswerAsync();
            Assert.True(answer.Ok);
            Assert.Equal(isEchoed ? repo : "null", answer.Repo);
            Assert.True(!isEchoed || answer.Length == 65_535);
        }
    }

    [Fact]
    public async Task Repo_may_be_nested_deeply()
    {
        await using var peer = await server.LoginAsync();
        var repo = new string('[', 9000) + new string(']', 9000);
        await peer.SendJsonAsync($$"""{"cmd":"send_ping","repo":{{repo}}}""");
        Assert.Equal(repo, (await peer.NextAnswerAsync()).Repo);
    }

    [Theory]
    [CoversGoIm("Illegal request.")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"cmd":null,"obj":null}""")]
    [InlineData("""{"cmd":"send_Ping"}""")]
    [InlineData("""{"cmd":"route_message_p2p","obj":["a","b"]}""")]
    [InlineData("""{"cmd":"subscribe_channel"}""")]
    [InlineData("""{"cmd":"send_token","obj":["x"]}""")]
    [InlineData("""{"cmd":"unknown"}""")]
    [InlineData("""{"cmd":"req_msg_server"}""")]
    [InlineData("""{"cmd":"send_ping","CMD":"other"}""")]
    public async Task An_unknown_command_is_refused_and_the_connection_stays(string request)
    {
        foreach (var peer in new[] { await server.LoginAsync(), await server.ConnectAsync() })
        {
            await peer.SendJsonAsync(request);
            var answer = await peer.NextAnswerAsync();
            Assert.Equal(("resp_error", false, "Illegal request."), (answer.Command, answer.Ok, answer.Text));
            Assert.Empty(answer.Obj);
            await peer.AskAsync("send_ping");
            await peer.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("{")] // with what follows it is no JSON
    [InlineData("}")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("true")]
    [InlineData("nil")]
    [InlineData("garbage")]
    [InlineData("{'cmd':'send_ping'}")]
    [InlineData("""{"cmd":"send_ping",}""")]
    [InlineData("""{"cmd":"send_ping"]""")]
    [InlineData("""{"cmd":1}""")]
    [InlineData("""{"cmd":["send_ping"]}""")]
    [InlineData("""{"cmd":"send_ping","obj":{}}""")]
    [InlineData("""{"cmd":"send_ping","obj":"x"}""")]
    [InlineData("""{"cmd":"send_ping","obj":[1]}""")]
    [InlineData("""{"cmd":"send_ping","obj":["a","b","c","d","e",{}]}""")]
    [InlineData("""{"cmd":"send_ping","obj":[true]}""")]
    [InlineData("""{"cmd":"send_ping","obj":[["a"]]}""")]
    public async Task What_is_no_request_closes_the_connection_without_an_answer(string payload)
    {
        await using var peer = await server.LoginAsync();
        await peer.SendAsync([.. GoImPeer.Frame(payload), .. GoImPeer.Frame(Ping)]);
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task Requests_before_the_malformed_one_are_answered()
    {
        await using var peer = await server.LoginAsync();
        await peer.SendAsync([.. GoImPeer.Frame(Ping), .. GoImPeer.Frame(Ping + "x")]);
        Assert.True((await peer.NextAnswerAsync()).Ok);
        Assert.True((await peer.NextAnswerAsync()).Ok);
        await peer.ExpectClosedAsync();
    }

    [Theory]
    [InlineData("""{"CMD":"send_ping","OBJ":[],"Repo":5}""", "5")]
    [InlineData("""{"\u0063md":"send\u005fping","repo":5}""", "5")]
    [InlineData("""{"cmd":"send_message_p2p","cmd":"send_ping","repo":1,"repo":2}""", "2")]
    [InlineData("""{"cmd":"send_ping","obj":null,"ok":true,"msg":"","time":1,"other":{"cmd":[1]},"repo":6}""", "6")]
    [InlineData("""{"cmd":"send_ping","obj":["a","b","c","d","e","f"],"repo":7}""", "7")]
    [InlineData("""{"cmd":"send_ping","obj":[null],"repo":8}""", "8")]
    public async Task Other_ways_to_write_a_request_are_understood(string request, string repo)
    {
        await using var peer = await server.LoginAsync();
        await peer.SendJsonAsync(request);
        var answer = await peer.NextAnswerAsync();
        Assert.Equal(("resp_pong", true, repo), (answer.Command, answer.Ok, answer.Repo));
    }

    [Fact]
    public async Task Text_goes_through_unchanged_and_what_is_no_text_becomes_replacement_characters()
    {
        await using var peer = await server.LoginAsync();
        (string Json, string Text)[] texts =
        [
            ("""\"\\\/\b\f\n\r\t\u0000\u001f<>&'""", "\"\\/\b\f\n\r\t\0\u001f<>&'"),
            ("""\u00fc\ud83d\ude00 ü😀 \u2028""", "ü😀 ü😀 \u2028"),
            ("""a\ud83dz""", "a\ufffdz"),
        ];
        foreach (var (json, text) in texts)
        {
            await peer.SendJsonAsync($$"""{"cmd":"send_message_p2p","obj":["{{json}}","{{peer.Id}}"]}""");
            await peer.NextPushAsync("receive_message_p2p", text, peer.Id);
            Assert.True((await peer.NextAnswerAsync()).Ok);
        }
        await peer.SendAsync(GoImPeer.Frame([.. "{\"cmd\":\"send_message_p2p\",\"obj\":[\"<"u8, 0xff, 0xc3, .. Encoding.UTF8.GetBytes($">\",\"{peer.Id}\"]}}")]));
        Assert.Matches("^<\ufffd+>$", (await peer.NextPushAsync("receive_message_p2p")).Obj[0]);
    }

    [Fact]
    public async Task A_value_of_256_KiB_is_taken_and_one_byte_more_ends_the_connection()
    {
        await using var peer = await server.LoginAsync();
        const int Limit = 262_144;
        var frame = """{"cmd":"send_ping","x":""}""".Length;
        string OfLength(int length) => $$"""{"cmd":"send_ping","x":"{{new string('x', length - frame)}}"}""";
        await peer.SendJsonAsync(OfLength(Limit));
        Assert.True((await peer.NextAnswerAsync()).Ok);
        await peer.SendJsonAsync(new string(' ', Limit + 1)); // white space between values is none
        await peer.SendJsonAsync(OfLength(Limit));
        Assert.True((await peer.NextAnswerAsync()).Ok);
        try
        {
            await peer.SendJsonAsync(OfLength(Limit + 1));
        }
        catch (IOException)
        {
            // it has closed already
        }
        await peer.ExpectClosedAsync();
    }
}
