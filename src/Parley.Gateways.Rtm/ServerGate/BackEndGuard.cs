using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Parley.Core.Projects;
using Parley.Core.Sessions;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>What a signed quest says about itself (rtm-server.md §1.2).</summary>
/// <param name="ProjectId">The pid.</param>
/// <param name="Salt">The salt.</param>
/// <param name="Time">The <c>ts</c>; null when it has none.</param>
internal readonly record struct SignedQuest(long ProjectId, long Salt, long? Time);

/// <summary>
/// Lets back ends' quests in, in this order: pid and sign, time, repetition (rtm-server.md §1.3, S-1 to S-6), switched-off methods, pace.
/// </summary>
internal sealed class BackEndGuard(ProjectDirectory projects, TimeProvider time)
{
    private const long WindowSeconds = 300;

    // a sign with the latest time that is allowed is good for twice the window
    private const long MemoryMilliseconds = 2 * WindowSeconds * 1000;

    private readonly ConcurrentDictionary<long, State> _states = new();

    /// <summary>0 and the project, or the error.</summary>
    /// <param name="quest">What the quest says.</param>
    /// <param name="sign">Its sign.</param>
    /// <param name="method">The wire method.</param>
    /// <param name="now">A monotonic clock in milliseconds.</param>
    /// <param name="project">The project when there is no error.</param>
    /// <param name="text">The error in words.</param>
    public int Check(SignedQuest quest, ReadOnlySpan<byte> sign, string method, long now, out Project? project, out string text)
    {
        Span<byte> wanted = stackalloc byte[ServerSign.Length];
        text = "invalid pid or sign";
        if (!projects.TryGet(quest.ProjectId, out project) || (quest.Time is null && !project.Settings.AllowLegacySign))
            return RtmErrors.InvalidPidOrSign;
        ServerSign.Compute(quest.ProjectId, project.Secret, quest.Salt, method, quest.Time, wanted);
        if (!ServerSign.IsSame(sign, wanted))
            return RtmErrors.InvalidPidOrSign;
        var settings = project.Settings;
        var state = settings.ServerCallsPerSecond > 0 || quest.Time is not null ? _states.GetOrAdd(project.Id, static _ => new()) : null;
        if (quest.Time is { } seconds)
        {
            var clock = time.GetUtcNow().ToUnixTimeSeconds();
            if (seconds < clock - WindowSeconds || seconds > clock + WindowSeconds)
            {
                text = "invalid server time";
                return RtmErrors.InvalidServerTime;
            }
            if (settings.RememberedSigns > 0 && !state!.TryUse(MemoryMarshal.Read<UInt128>(wanted), settings.RememberedSigns, now))
            {
                text = "same sign";
                return RtmErrors.SameSign;
            }
        }
        if (settings.DisabledMethods.Count > 0 && settings.DisabledMethods.Contains(method, StringComparer.Ordinal))
        {
            text = "forbidden method";
            return RtmErrors.ForbiddenMethod;
        }
        if (settings.ServerCallsPerSecond > 0 && !state!.TryCall(settings.ServerCallsPerSecond, now))
        {
            text = "frequency limited";
            return RtmErrors.FrequencyLimited;
        }
        text = "";
        return 0;
    }

    /// <summary>What is kept about the back ends of one project.</summary>
    private sealed class State
    {
        private readonly Lock _gate = new();
        private SignMemory? _signs;
        private Throttle _calls; // mutable struct: not readonly

        public bool TryCall(int perSecond, long now) => _calls.TryTake(1000.0 / perSecond, perSecond, now);

        public bool TryUse(UInt128 sign, int capacity, long now)
        {
            var signs = Volatile.Read(ref _signs);
            return (signs?.Capacity == capacity ? signs : Renew(capacity)).TryAdd(sign, now);
        }

        private SignMemory Renew(int capacity)
        {
            lock (_gate)
            {
                if (_signs?.Capacity != capacity)
                    _signs = new(capacity, MemoryMilliseconds);
                return _signs;
            }
        }
    }
}
