using System.Collections.Concurrent;
using System.Net;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Faults;

/// <summary>
/// A user who talks to others, a group and a room as fast as a window of unanswered messages allows, writes down all it does and sees,
/// and, after the connection was lost, sends what was not answered again.
/// </summary>
internal sealed class Talker(long uid, long group, long room, long[] peers, History history)
{
    private const int Window = 16;

    private readonly ConcurrentDictionary<MessageName, byte[]> _unanswered = new();
    private long _mid = uid * 1_000_000;
    private int _connections;
    private int _answered;

    /// <summary>How many messages were answered well.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public bool HasUnanswered => !_unanswered.IsEmpty;

    public static string P2P(long one, long other) => $"p2p {Math.Min(one, other)} {Math.Max(one, other)}";

    public static string Group(long gid) => $"group {gid}";

    public static string Room(long rid) => $"room {rid}";

    /// <summary>Connects and talks until the connection is lost; then returns. First comes what was not answered before.</summary>
    /// <param name="gate">Where.</param>
    /// <param name="isSaying">Whether new messages are made, or only the unanswered ones are settled.</param>
    public async Task TalkAsync(IPEndPoint gate, bool isSaying)
    {
        try
        {
            await using var peer = await RtmPeer.ConnectAsync(gate);
            var session = $"{uid}.{++_connections}";
            peer.OnPush = push => Note(session, push);
            await RtmServer.AuthAsync(peer, Profile.G1, uid);
            await peer.DoneAsync("enterroom", ("rid", room));
            foreach (var (name, payload) in _unanswered.ToArray())
                await SendAsync(peer, name, payload);
            if (!isSaying)
                return;
            var running = new List<Task>();
            while (true)
            {
                running.Add(SendNextAsync(peer));
                if (running.Count < Window)
                    continue;
                running.Remove(await Task.WhenAny(running));
                if (peer.Closed.IsCompleted)
                    break;
            }
            await Task.WhenAll(running);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            // the server is gone: what was not answered is known
        }
    }

    private async Task SendNextAsync(RtmPeer peer)
    {
        var mid = ++_mid;
        MessageName name;
        (string, object?)[] parameters;
        switch (mid % 3)
        {
            case 0:
                name = new(Group(group), uid, mid);
                parameters = Say.ToGroup(group, mid, msg: $"to all of you {mid}");
                break;
            case 1:
                name = new(Room(room), uid, mid);
                parameters = Say.ToRoom(room, mid, msg: $"in here {mid}");
                break;
            default:
                var peerId = peers[mid / 3 % peers.Length];
                name = new(P2P(uid, peerId), uid, mid);
                parameters = Say.To(peerId, mid, msg: $"to you {mid}");
                break;
        }
        var payload = Pack.Map(parameters);
        _unanswered[name] = payload;
        await SendAsync(peer, name, payload);
    }

    private async Task SendAsync(RtmPeer peer, MessageName name, byte[] payload)
    {
        history.Add(new HistoryEvent.Sent(name));
        Package answer;
        try
        {
            answer = await await peer.BeginAsync(MethodOf(name), payload);
        }
        catch (IOException)
        {
            return;
        }
        var verdict = !answer.IsError ? Verdict.Accepted : answer.Body.Int("code") == 200053 ? Verdict.Duplicate : Verdict.Refused;
        history.Add(new HistoryEvent.Told(name, verdict, verdict == Verdict.Accepted ? answer.Body.Int("mtime") : 0));
        Assert.False(verdict == Verdict.Refused && answer.Body.Int("code") != 20014, answer.Body.ToString());
        if (verdict != Verdict.Refused)
            _unanswered.TryRemove(name, out _);
        Interlocked.Increment(ref _answered);
    }

    private void Note(string session, Package push)
    {
        var body = push.Body;
        var from = body.Int("from");
        var conversation = push.Method switch
        {
            "pushmsg" => P2P(from, body.Int("to")),
            "pushgroupmsg" => Group(body.Int("gid")),
            "pushroommsg" => Room(body.Int("rid")),
            _ => throw new Xunit.Sdk.XunitException($"Unexpected {push}"),
        };
        history.Add(new HistoryEvent.Pushed(session, uid, new(conversation, from, body.Int("mid")), body.Int("mtime")));
    }

    private static string MethodOf(MessageName name) => name.Conversation[0] switch
    {
        'g' => "sendgroupmsg",
        'r' => "sendroommsg",
        _ => "sendmsg",
    };
}
