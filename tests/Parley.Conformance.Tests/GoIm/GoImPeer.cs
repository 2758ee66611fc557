using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>A client of the msg_server: sends JSON in frames, hears answers and pushes. It acknowledges nothing unless told to.</summary>
public sealed class GoImPeer : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RawPeer _raw;
    private readonly Channel<GoImMessage> _answers = Channel.CreateUnbounded<GoImMessage>();
    private readonly Channel<GoImMessage> _pushes = Channel.CreateUnbounded<GoImMessage>();
    private readonly HashSet<string> _known = [];
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Task _reading;
    private long _repo = 9_007_199_254_740_993; // does not fit in a 64-bit float

    public GoImPeer(RawPeer raw, string id = "")
    {
        _raw = raw;
        Id = id;
        _reading = Task.Run(ReadAsync);
    }

    public string Id { get; }

    /// <summary>Whether pushes are acknowledged as they come.</summary>
    public bool Acknowledges { get; set; }

    /// <summary>Whether pushes that came before on this connection are passed over, as a client must that may be slow to acknowledge.</summary>
    public bool SkipsKnown { get; set; }

    /// <summary>Called for every push, before it is acknowledged.</summary>
    public Action<GoImMessage>? OnPush { get; set; }

    /// <summary>Completes when the server has closed, with what went wrong when it was not that.</summary>
    public Task Closed => _reading;

    public static async Task<GoImPeer> ConnectAsync(IPEndPoint endpoint, string id = "") => new(await RawPeer.ConnectAsync(endpoint), id);

    /// <summary>Connects and logs in.</summary>
    public static async Task<GoImPeer> LoginAsync(IPEndPoint endpoint, string id, bool acknowledges = false)
    {
        var peer = await ConnectAsync(endpoint, id);
        peer.Acknowledges = acknowledges;
        await peer.OkAsync("send_client_id", id);
        return peer;
    }

    public static byte[] Frame(byte[] payload)
    {
        var bytes = new byte[2 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)payload.Length));
        payload.CopyTo(bytes, 2);
        return bytes;
    }

    /// <summary>A JSON text, in as many frames as it needs.</summary>
    public static byte[] Frame(string json) => [.. Encoding.UTF8.GetBytes(json).Chunk(ushort.MaxValue).SelectMany(Frame)];

    public static string Request(string command, params string[] arguments) => Request(command, "null", arguments);

    public static string Request(string command, string repo, string[] arguments) =>
        $$"""{"cmd":{{Quoted(command)}},"obj":[{{string.Join(',', arguments.Select(Quoted))}}],"repo":{{repo}}}""";

    /// <summary>What a command is answered with.</summary>
    public static string ResponseTo(string command) => command switch
    {
        "send_ping" => "resp_pong",
        _ when command.StartsWith("send_", StringComparison.Ordinal) => string.Concat("resp_", command.AsSpan(5)),
        _ => "resp_error",
    };

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    public async Task SendAsync(byte[] bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _raw.SendAsync(bytes);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task SendJsonAsync(string json) => SendAsync(Frame(json));

    public Task SendAsync(string command, params string[] arguments) => SendJsonAsync(Request(command, arguments));

    public Task AcknowledgeAsync(GoImMessage push) =>
        SendAsync(push.Command.EndsWith("topic", StringComparison.Ordinal) ? "topic_ack" : "p2p_ack", push.Uuid);

    /// <summary>Asks; the next answer must be of the right name and echo our <c>repo</c>.</summary>
    public async Task<GoImMessage> AskAsync(string command, params string[] arguments)
    {
        var repo = Interlocked.Increment(ref _repo).ToString();
        await SendJsonAsync(Request(command, repo, arguments));
        var answer = await NextAnswerAsync();
        Assert.Equal(ResponseTo(command), answer.Command);
        Assert.Equal(repo, answer.Repo);
        return answer;
    }

    public async Task<IReadOnlyList<string>> OkAsync(string command, params string[] arguments)
    {
        var answer = await AskAsync(command, arguments);
        Assert.True(answer.Ok, answer.ToString());
        Assert.Equal("", answer.Text);
        return answer.Obj;
    }

    /// <summary>Asks for something that has no result.</summary>
    public async Task DoneAsync(string command, params string[] arguments) => Assert.Empty(await OkAsync(command, arguments));

    public async Task FailAsync(string text, string command, params string[] arguments)
    {
        var answer = await AskAsync(command, arguments);
        Assert.Equal(text, answer.Text);
        Assert.False(answer.Ok);
        Assert.Empty(answer.Obj);
    }

    /// <summary>An <see cref="IOException"/> when the server has closed.</summary>
    public Task<GoImMessage> NextAnswerAsync() => NextAsync(_answers, "an answer");

    public Task<GoImMessage> NextPushAsync() => NextAsync(_pushes, "a push");

    /// <summary>The next push: of this name, with an envelope as all pushes have it, and these first elements.</summary>
    public async Task<GoImMessage> NextPushAsync(string command, params string[] first)
    {
        var push = await NextPushAsync();
        Assert.Equal(command, push.Command);
        Assert.True(push.Ok);
        Assert.Equal("", push.Text);
        Assert.Equal("null", push.Repo);
        Assert.Equal(first, push.Obj.Take(first.Length));
        Assert.Equal(command.EndsWith("topic", StringComparison.Ordinal) ? 5 : 4, push.Obj.Count);
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", push.Uuid);
        var age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(push.Obj[^2]);
        Assert.InRange(age, 0, 300);
        return push;
    }

    /// <summary>Everything that was pushed before this answer has been read: there was nothing.</summary>
    public async Task ExpectNoPushAsync()
    {
        await OkAsync("send_ping");
        Assert.False(_pushes.Reader.TryRead(out var push), $"Unexpected {push}");
    }

    /// <summary>Everything that is sent in this time is a push that has been seen before; null when it is nothing.</summary>
    public async Task<GoImMessage?> TryNextPushAsync(TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within, TimeProvider.System);
        try
        {
            return await _pushes.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Everything that the client sent before counts from now on, and what was pushed until then is forgotten.</summary>
    public async Task SettleAsync()
    {
        await OkAsync("send_ping");
        while (_pushes.Reader.TryRead(out _))
        {
        }
    }

    public int PushesWaiting => _pushes.Reader.Count;

    /// <summary>The server closes, and says nothing more before.</summary>
    public async Task ExpectClosedAsync()
    {
        await Wait.For(Closed, "the server to close");
        Assert.False(_answers.Reader.TryRead(out var answer), $"Unexpected {answer}");
    }

    /// <summary>The server tells that the user logged in elsewhere (§8.2), and closes.</summary>
    public async Task ExpectReplacedAsync()
    {
        var last = await NextAnswerAsync();
        Assert.Equal("resp_logout", last.Command);
        Assert.True(last.Ok);
        Assert.Equal("You have to re-login.", last.Text);
        Assert.Empty(last.Obj);
        Assert.Equal("null", last.Repo);
        await ExpectClosedAsync();
    }

    /// <summary>Ends our sending side.</summary>
    public void HalfClose() => _raw.HalfClose();

    public void Reset() => _raw.Reset();

    public async ValueTask DisposeAsync()
    {
        await _raw.DisposeAsync();
        await _reading;
        _sending.Dispose();
    }

    private static async Task<GoImMessage> NextAsync(Channel<GoImMessage> channel, string what)
    {
        try
        {
            return await Wait.For(channel.Reader.ReadAsync().AsTask(), what);
        }
        catch (ChannelClosedException exception)
        {
            throw exception.InnerException ?? exception;
        }
    }

    private async Task ReadAsync()
    {
        var header = new byte[2];
        using var input = new BufferedStream(_raw.Stream, 65_536);
        Exception? reason = null;
        try
        {
            while (true)
            {
                await input.ReadExactlyAsync(header);
                var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(header)];
                await input.ReadExactlyAsync(payload);
                await TakeAsync(new GoImMessage(payload));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // closed, by whomever
        }
        catch (Exception exception)
        {
            reason = exception;
        }
        reason ??= new IOException("The server has closed.");
        _answers.Writer.TryComplete(reason);
        _pushes.Writer.TryComplete(reason);
    }

    private async Task TakeAsync(GoImMessage message)
    {
        if (!message.IsPush)
        {
            _answers.Writer.TryWrite(message);
            return;
        }
        OnPush?.Invoke(message);
        if (_known.Add(message.Uuid) || !SkipsKnown)
            _pushes.Writer.TryWrite(message);
        if (Acknowledges && message.Command != "receive_ask")
            await AcknowledgeAsync(message);
    }
}
