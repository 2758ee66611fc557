using Parley.Core.Messaging;
using Parley.Core.Pending;
using Parley.Core.Sessions;
using Parley.Gateways.Beehive.Messages;
using Parley.Gateways.Messages;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// What SYNC sends a session: the private messages of its user that nobody has acknowledged, oldest first, then what was said in groups
/// since the session was here, then words about friendship, then what was said meanwhile (beehive.md §9.9, §10.2, §10.3).
/// </summary>
internal sealed class CatchUp(BeehiveHost host, BeehiveSession session)
{
    private const int Chunk = 100;

    private readonly long _oldest = host.Settings.PendingDays == 0
        ? 0 : host.Time.GetUtcNow().AddDays(-host.Settings.PendingDays).ToUnixTimeMilliseconds();

    /// <summary>
    /// Sends everything, as fast as the client reads; false when the session was over before. What does not reach the client does not count.
    /// </summary>
    public async Task<bool> RunAsync()
    {
        var isDone = false;
        var seen = host.Core.Messenger.DeliveredThrough; // what comes after it is held back, or came live
        session.Live.BeginCatchUp();
        try
        {
            var marks = await host.Core.Installations.GetMarksAsync(session.Project, session.SessionId, CancellationToken.None);
            var pending = await host.Core.Pending.GetAsync(session.Project.Id, session.UserId, CancellationToken.None);
            var reached = await SendPrivateAsync(pending, marks);
            await SendGroupsAsync(pending, marks);
            var word = await SendWordsAsync(marks);
            while (!session.IsOver && session.Live.TakeHeld() is { } held)
                await SendHeldAsync(held);
            await session.WaitForRoomAsync();
            if (session.IsOver)
                return false;
            // what was sent three times and never acknowledged is not sent to this session again
            session.CatchUpEnded(marks.Then(reached, word) with { Seen = seen });
            isDone = true;
            return true;
        }
        finally
        {
            session.Live.EndCatchUp(isDone);
        }
    }

    /// <summary>Sends the newest of what is pending; gives the place in the log that was reached.</summary>
    private async Task<long> SendPrivateAsync(IReadOnlyList<PendingConversation> pending, CatchUpMarks marks)
    {
        var conversations = pending.Where(static one => one.Conversation.Kind == ConversationKind.PeerToPeer).ToList();
        var most = host.Settings.PendingMessages;
        var after = marks.Oldest.Position;
        if (conversations.Sum(static one => one.Head - one.Floor) > most)
            after = Math.Max(after, await FindCutAsync(conversations, after, most));
        var reached = marks.Newest.Position;
        await foreach (var message in PendingMerge.ReadAsync(SourcesOf(conversations, after)))
        {
            reached = Math.Max(reached, message.Position);
            if (!await TrySendAsync(message))
                break;
        }
        return reached;
    }

    /// <summary>The place in the log after which no more than so many messages are pending.</summary>
    private async Task<long> FindCutAsync(List<PendingConversation> conversations, long after, int most)
    {
        var newest = new Queue<long>(most + 1);
        await foreach (var message in PendingMerge.ReadAsync(SourcesOf(conversations, after)))
        {
            newest.Enqueue(message.Position);
            if (newest.Count > most)
                after = newest.Dequeue();
        }
        return after;
    }

    private List<PendingSource> SourcesOf(List<PendingConversation> conversations, long after)
    {
        // a conversation is not read from further back than the newest messages of it could lie
        var reach = 4L * host.Settings.PendingMessages;
        return [.. conversations.Select(one => new PendingSource(
            host.Core, one.Conversation, Math.Max(one.Floor, one.Head - reach), one.Head, one.Ahead, message => IsPending(message, after),
            Math.Clamp(2 * Chunk / conversations.Count, 1, Chunk)))];
    }

    private bool IsPending(Message message, long after) =>
        !message.IsDeleted && message.Position > after && message.Time >= _oldest
        && (message.Sender != session.UserId || message.Conversation.First == message.Conversation.Second);

    /// <summary>
    /// Sends what the user's groups said, while the user was a member, since the session was here and before the first message that came
    /// live; of each group the newest.
    /// </summary>
    private async Task SendGroupsAsync(IReadOnlyList<PendingConversation> pending, CatchUpMarks marks)
    {
        if (session.Live.HasCaughtUp)
            return;
        foreach (var group in pending.Where(static one => one.Conversation.Kind == ConversationKind.Group))
        {
            var until = session.Live.FirstHeard(group.Conversation.First) - 1 ?? group.Head;
            var after = Math.Max(group.Floor, until - host.Settings.PendingGroupMessages);
            if (after >= until)
                continue;
            var source = new PendingSource(
                host.Core, group.Conversation, after, until, [], message => message.Position > (marks.Seen ?? 0) && IsForSession(message), Chunk);
            await foreach (var message in PendingMerge.ReadAsync([source]))
            {
                if (!await TrySendAsync(message))
                    return;
            }
        }
    }

    /// <summary>Tells the newest words about friendship that the session was not told; gives the number of the newest one.</summary>
    private async Task<long> SendWordsAsync(CatchUpMarks marks)
    {
        var waiting = await host.Core.FriendRequests.GetForAsync(session.Project, session.UserId, CancellationToken.None);
        var words = waiting.Where(word => word.Number > marks.Oldest.Word && word.Time >= _oldest).ToList();
        var newest = marks.Newest.Word;
        foreach (var word in words.TakeLast(host.Settings.PendingMessages))
        {
            newest = Math.Max(newest, word.Number);
            if (session.Words.Contains(word))
                continue;
            session.Tell(word);
            await session.WaitForRoomAsync();
            if (session.IsOver)
                break;
        }
        return newest;
    }

    /// <summary>Reads on where messages were held back, to the end of each conversation.</summary>
    private async Task SendHeldAsync(Dictionary<ConversationKey, long> held)
    {
        var chunk = Math.Clamp(2 * Chunk / held.Count, 1, Chunk);
        var sources = held.Select(one => new PendingSource(
            host.Core, one.Key, one.Value - 1, long.MaxValue, [], message => IsForSession(message) && !session.Live.WasReached(message), chunk));
        await foreach (var message in PendingMerge.ReadAsync([.. sources]))
        {
            var place = message.Conversation;
            if (place.Kind == ConversationKind.Group && !await host.Core.Groups.IsMemberAsync(session.Project, place.First, session.UserId))
                continue; // left since
            if (!await TrySendAsync(message))
                return;
        }
    }

    /// <summary>Sends a message and waits until the client takes more; false when the session is over.</summary>
    private async ValueTask<bool> TrySendAsync(Message message)
    {
        session.Send(message);
        session.Live.Reach(message);
        await session.WaitForRoomAsync();
        return !session.IsOver;
    }

    /// <summary>Whether the session is told of a message of its conversations; not of what was said through it.</summary>
    private bool IsForSession(Message message) =>
        !message.IsDeleted && (message.Conversation.First == message.Conversation.Second || !WasSentHere(message));

    private bool WasSentHere(Message message) => message.Sender == session.UserId
        && BeehiveEnvelope.TryRead(message.Envelope, out var envelope) && envelope.SessionId == session.SessionId;
}
