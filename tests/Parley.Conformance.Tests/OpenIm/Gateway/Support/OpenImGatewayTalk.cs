using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>What many users at once said, were told and heard, and what must hold afterwards (openim.md §6.4, §6.8; DESIGN §5).</summary>
internal sealed class OpenImGatewayTalk(string[] users, string[] groups)
{
    private const int Window = 12;

    private readonly ConcurrentDictionary<string, string[]> _owners = new(); // of every message that was ever sent, by clientMsgID
    private readonly ConcurrentDictionary<string, (string User, byte[] Data)> _unanswered = new();
    private readonly ConcurrentDictionary<string, long> _answered = new(); // clientMsgID to sendTime
    private readonly ConcurrentQueue<(string User, long Seq, string ClientId)> _pushed = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _said;

    public int Answered => _answered.Count;

    public int Pushed => _pushed.Count;

    public bool HasUnanswered => !_unanswered.IsEmpty;

    public IEnumerable<string> Faults => _faults;

    /// <summary>Connects and talks until so much was said, or the connection is lost. First comes what was not answered before.</summary>
    /// <param name="gate">Where.</param>
    /// <param name="user">Who.</param>
    /// <param name="token">Its token.</param>
    /// <param name="messages">How many messages.</param>
    public async Task TalkAsync(IPEndPoint gate, string user, string token, int messages)
    {
        try
        {
            await using var peer = await OpenImGatewayPeer.ConnectAsync(gate, user, token);
            Listen(peer);
            foreach (var (id, message) in _unanswered.Where(pair => pair.Value.User == user).ToArray())
                await SendAsync(peer, id, message.Data);
            var running = new List<Task>();
            for (var i = 0; i < messages && !peer.Closed.IsCompleted; i++)
            {
                running.Add(SendNextAsync(peer, Interlocked.Increment(ref _said)));
                if (running.Count >= Window)
                    running.Remove(await Task.WhenAny(running));
            }
            await Task.WhenAll(running);
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or HttpRequestException)
        {
            // the server is gone: what was not answered is known
        }
    }

    /// <summary>Writes down what a connection hears; within it numbers only go up.</summary>
    public void Listen(OpenImGatewayPeer peer)
    {
        long last = 0;
        peer.OnPush = push =>
        {
            if (push.Seq == 0)
                return;
            if (push.Seq <= last)
                _faults.Enqueue($"{peer.UserId}: {push.Seq} was pushed after {last}");
            last = push.Seq;
            _pushed.Enqueue((peer.UserId, push.Seq, push.ClientId));
        };
    }

    /// <summary>Reads a user's whole inbox, and holds against it what was said to the user, answered and pushed.</summary>
    public async Task CheckAsync(OpenImGatewayPeer peer)
    {
        var all = await peer.PullAllAsync();
        Assert.Equal(OpenImGatewayPeer.Range(1, all.Count), all.Select(one => one.Seq));
        Assert.DoesNotContain(all, one => one.ClientId.Length == 0); // nothing was deleted: no number is empty
        var places = all.GroupBy(one => one.ClientId, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        Assert.DoesNotContain(places.Values, copies => copies.Length != 1);
        foreach (var (id, time) in _answered)
        {
            var mustBe = _owners[id].Contains(peer.UserId, StringComparer.Ordinal);
            Assert.True(mustBe == places.ContainsKey(id), $"{id} in the inbox of {peer.UserId}: {!mustBe}");
            if (mustBe)
                Assert.Equal(time, places[id][0].SendTime);
        }
        foreach (var (_, seq, id) in _pushed.Where(push => push.User == peer.UserId))
            Assert.True(places.TryGetValue(id, out var copies) && copies[0].Seq == seq, $"{peer.UserId}: {id} was pushed as {seq}");
        Assert.True(all.Zip(all.Skip(1)).All(pair => pair.First.SendTime <= pair.Second.SendTime + 1000), "the order of acceptance");
    }

    private async Task SendNextAsync(OpenImGatewayPeer peer, int number)
    {
        var isGroup = number % 3 == 0;
        var target = isGroup ? groups[number / 3 % groups.Length] : users[number % users.Length];
        var data = isGroup
            ? OpenImGatewayMessage.ToGroup(peer.UserId, target, $"text {number}")
            : OpenImGatewayMessage.To(peer.UserId, target, $"text {number}");
        var id = data.ClientId();
        _owners[id] = isGroup ? users : [peer.UserId, target];
        var bytes = ProtoMessage.Of(data);
        _unanswered[id] = (peer.UserId, bytes);
        await SendAsync(peer, id, bytes);
    }

    private async Task SendAsync(OpenImGatewayPeer peer, string id, byte[] data)
    {
        GatewayFrame answer;
        try
        {
            answer = await Wait.For(await peer.BeginAsync(OpenImGatewayPeer.Send, data), "an answer");
        }
        catch (IOException)
        {
            return;
        }
        if (answer.Code != 0)
        {
            _faults.Enqueue($"{peer.UserId}: {answer}");
            return;
        }
        _answered[id] = new ProtoMessage(answer.Data).Int(3);
        _unanswered.TryRemove(id, out _);
    }
}
