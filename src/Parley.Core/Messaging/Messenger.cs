using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.Messaging;

/// <summary>
/// The one path of every message of every protocol: policy → journal → answer the sender → delivery.
/// </summary>
public sealed class Messenger : IJournalSink
{
    private readonly SendPolicy _policy;
    private readonly Delivery _delivery;
    private readonly IMessageStore _store;
    private readonly CoreMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly DeliveryLane[] _lanes;
    private readonly ILogger _logger;
    private long _committed;
    private long _newest;

    internal Messenger(
        SendPolicy policy, IMessageStore store, Delivery delivery, CoreMetrics metrics, CoreSettings settings, TimeProvider time,
        ILogger logger)
    {
        _policy = policy;
        _delivery = delivery;
        _store = store;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _lanes = new DeliveryLane[settings.DeliveryLanes > 0 ? settings.DeliveryLanes : Math.Min(Environment.ProcessorCount, 8)];
        for (var i = 0; i < _lanes.Length; i++)
            _lanes[i] = new DeliveryLane(delivery, metrics, logger);
        store.SetSink(this);
    }

    /// <summary>
    /// Everything up to this place in the log (<see cref="Message.Position"/>) was handed to the sessions that were open then, so what a
    /// session missed is what it was not handed, and lies behind the place that held when the one before it ended.
    /// </summary>
    /// <remarks>Holds on one node; with several, the place must be asked of all that deliver.</remarks>
    public long DeliveredThrough
    {
        get
        {
            var through = Volatile.Read(ref _committed); // first: what is committed is in a lane by then
            foreach (var lane in _lanes)
                through = Math.Min(through, lane.Oldest - 1);
            return through;
        }
    }

    /// <summary>No session was handed anything beyond this place in the log, nor is it about to be.</summary>
    public long NewestPosition => Volatile.Read(ref _newest);

    /// <summary>The conversation that a request speaks in.</summary>
    public static ConversationKey ConversationOf(SendRequest request) => request.Kind switch
    {
        ConversationKind.PeerToPeer => ConversationKey.PeerToPeer(request.Project.Id, request.Sender, request.Target),
        _ => new(request.Project.Id, request.Kind, request.Target, 0),
    };

    /// <summary>
    /// Sends a message. Completes when it is committed (or refused); what follows the await runs in the message's lane before anybody
    /// is told, so it must be short and must not block.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SendOutcome> SendAsync(SendRequest request)
    {
        var (submission, refusal) = await PrepareAsync(request);
        return submission is null ? refusal : await submission.Completion;
    }

    /// <summary>
    /// As <see cref="SendAsync"/> in two steps, for protocols whose requests must be taken in order: completes when the message has its
    /// place in the journal's queue (or is refused), and gives what completes when it is committed.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ValueTask<SendOutcome>> SubmitAsync(SendRequest request)
    {
        var (submission, refusal) = await PrepareAsync(request);
        return submission is null ? new(refusal) : submission.Completion;
    }

    /// <summary>
    /// Says something once to those sessions that take such messages (<see cref="Session.TakesTransient"/>), after the checks of any other
    /// message. Nothing is stored, nobody else hears of it, a retry is not recognised, and it has neither sequence nor inbox number. Who is
    /// told was told when it completes; it may overtake messages of the conversation that are still to be committed.
    /// </summary>
    public async ValueTask<SendOutcome> SendTransientAsync(SendRequest request)
    {
        var startedAt = _time.GetTimestamp();
        var verdict = await _policy.CheckAsync(request);
        if (verdict.Error != CoreError.None)
            return Refuse(verdict.Error, activity: null);
        var now = request.Time > 0 ? request.Time : _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (verdict.IsMuted)
            return new(CoreError.None, 0, now);
        var submission = SubmissionOf(request, verdict, startedAt, activity: null);
        submission.Message.Time = now;
        var isOwner = Burst.TryBegin();
        try
        {
            _delivery.DeliverTransient(submission);
        }
        catch (Exception exception)
        {
            _metrics.OnDeliveryFault();
            _logger.DeliveryFailed(exception, request.Kind);
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
        return new(CoreError.None, 0, now);
    }

    /// <summary>
    /// Whether the sender may say such a thing there now: type, size, receiver, relation and bans. Nothing is sent, and neither flood
    /// control nor words are looked at.
    /// </summary>
    public async ValueTask<CoreError> CheckAsync(SendRequest request) => (await _policy.CheckPlaceAsync(request)).Error;

    /// <summary>As <see cref="CheckAsync"/>, for many receivers: it succeeds when one of them can be served.</summary>
    public async ValueTask<CoreError> CheckManyAsync(SendRequest template, IReadOnlyList<long> receivers)
    {
        var error = ReceiversOf(template, receivers, out var others);
        if (error != CoreError.None)
            return error;
        foreach (var other in others)
        {
            var found = await CheckAsync(template with { Kind = ConversationKind.PeerToPeer, Target = other });
            if (found == CoreError.None)
                return CoreError.None;
            error = error == CoreError.None ? found : error;
        }
        return error;
    }

    /// <summary>
    /// Sends one message to many receivers, each in its own conversation, with one time. Doubles and the sender itself are passed
    /// over. It succeeds when one receiver is served; otherwise the first error counts (<c>rtm-client.md</c> §4.2).
    /// </summary>
    public async ValueTask<SendOutcome> SendToManyAsync(SendRequest template, IReadOnlyList<long> receivers)
    {
        var error = ReceiversOf(template, receivers, out var others);
        if (error != CoreError.None)
            return SendOutcome.Refused(error);
        return Best(await SendEachAsync([.. others.Select(other => template with { Target = other })]));
    }

    /// <summary>
    /// Sends peer-to-peer messages that differ in receiver and body, with one time, each as if it were sent alone. Tells the outcome of
    /// each, in their order.
    /// </summary>
    public Task<SendOutcome[]> SendEachAsync(IReadOnlyList<SendRequest> requests)
    {
        var time = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var sends = new Task<SendOutcome>[requests.Count];
        for (var i = 0; i < sends.Length; i++)
            sends[i] = SendAsync(requests[i] with { Kind = ConversationKind.PeerToPeer, Time = time }).AsTask();
        return Task.WhenAll(sends);
    }

    /// <summary>What the caller of one call to many receivers is told: a success if there is one, otherwise the first error.</summary>
    public static SendOutcome Best(IReadOnlyList<SendOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Error == CoreError.None)
                return outcome;
        }
        return outcomes[0];
    }

    /// <summary>The receivers of one call without doubles and the sender itself. The order of checks is that of one message.</summary>
    public static CoreError ReceiversOf(SendRequest template, IReadOnlyList<long> receivers, out long[] others)
    {
        others = [];
        // type and size come before the receivers
        var error = SendPolicy.CheckShape(template with { Kind = ConversationKind.Broadcast });
        if (error != CoreError.None)
            return error;
        if (receivers.Count == 0)
            return CoreError.Empty;
        if (receivers.Count > template.Project.Settings.Receivers)
            return CoreError.TooManyItems;
        others = [.. receivers.Where(receiver => receiver != template.Sender).Distinct()];
        return others.Length == 0 ? CoreError.ToSelf : CoreError.None;
    }

    /// <summary>Begins at the end of the log. Called at start.</summary>
    internal async ValueTask StartAsync(CancellationToken cancellationToken) =>
        _committed = _newest = await _store.GetLastPositionAsync(cancellationToken);

    void IJournalSink.OnCommitted(ReadOnlySpan<JournalEntry> entries)
    {
        var newest = _newest;
        foreach (var entry in entries)
        {
            if (entry.Status == JournalStatus.Stored)
                newest = Math.Max(newest, entry.Message.Position);
        }
        Volatile.Write(ref _newest, newest); // before a lane has it, and the other one after
        foreach (var entry in entries)
        {
            var submission = (Submission)entry;
            _lanes[(uint)submission.Message.Conversation.GetHashCode() % (uint)_lanes.Length].Add(submission);
        }
        Volatile.Write(ref _committed, newest);
        foreach (var lane in _lanes)
            lane.Wake();
    }

    /// <summary>Checks a message and queues it. No submission when it is refused.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(Submission? Submission, SendOutcome Refusal)> PrepareAsync(SendRequest request)
    {
        var startedAt = _time.GetTimestamp();
        var activity = CoreActivities.Source.StartActivity("parley.send");
        var verdict = await _policy.CheckAsync(request);
        if (verdict.Error != CoreError.None)
            return (null, Refuse(verdict.Error, activity));
        if (verdict.IsMuted)
        {
            // the sender is not to know
            activity?.Dispose();
            return (null, new(CoreError.None, 0, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
        var submission = SubmissionOf(request, verdict, startedAt, activity);
        return _store.TryAppend(submission) ? (submission, default) : (null, Refuse(CoreError.Busy, activity));
    }

    private static Submission SubmissionOf(SendRequest request, in SendPolicy.Verdict verdict, long startedAt, Activity? activity) => new()
    {
        Message = new()
        {
            Conversation = ConversationOf(request),
            Sender = request.Sender,
            MessageId = request.MessageId,
            Type = (byte)request.Type,
            File = request.File,
            IsBinary = request.IsBinary,
            Body = request.Body,
            Attributes = request.Attributes,
            Envelope = request.Envelope,
            FileSize = request.FileSize,
            Time = request.Time,
        },
        DuplicateWindow = request.Project.Settings.DuplicateWindowSeconds * 1000,
        NoInbox = request.NoInbox,
        NoMobilePush = request.NoMobilePush,
        PushedAnyway = request.PushedAnyway,
        Origin = request.Origin,
        Connection = request.Connection,
        Group = verdict.Group,
        SubGroup = request.SubGroup,
        StartedAt = startedAt,
        Activity = activity,
    };

    private SendOutcome Refuse(CoreError error, Activity? activity)
    {
        _metrics.OnRefused(error);
        activity?.SetTag("parley.error", error.ToString());
        activity?.Dispose();
        return SendOutcome.Refused(error);
    }
}
