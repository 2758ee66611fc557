using System.Globalization;
using System.Text;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Logging in and out, and what belongs to the connection (rtm-client.md §3, §10.1).</summary>
internal sealed class SessionMethods(ParleyCore core, FpnnHost host) : ClientMethods(core)
{
    private const int MaxVariables = 64;
    private const int MaxVariableBytes = 2048;

    /// <summary><c>auth</c> (§3.2): pid, uid, token, version?, unread?, attrs?, lang? → ok, gate?.</summary>
    public ValueTask Auth(Quest quest, ref FpnnParameters parameters)
    {
        var login = new Login(
            parameters.Int64("pid"u8),
            parameters.Int64("uid"u8),
            parameters.String("token"u8),
            parameters.BooleanOrDefault("unread"u8),
            parameters.StringMapOrNull("attrs"u8),
            parameters.StringOrNull("lang"u8),
            RtmProfiles.Of(
                parameters.StringOrNull("version"u8), parameters.Has("unread"u8), parameters.Has("attrs"u8) || parameters.Has("lang"u8)));
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (!quest.Peer.IsConnected)
            return RefuseNow(quest, RtmErrors.ForbiddenMethod, "forbidden method");
        if (quest.Peer.Session is not null || quest.Peer.IsAuthenticating)
            return RefuseNow(quest, RtmErrors.DuplicatedAuth, "duplicated auth");
        if (login.Attributes is not null && !IsSmall(login.Attributes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large attrs");
        quest.Peer.IsAuthenticating = true;
        return AuthAsync(quest, login);
    }

    private readonly record struct Login(
        long ProjectId, long UserId, string Token, bool WantsUnread, Dictionary<string, string>? Attributes, string? Language,
        RtmProfile Profile);

    private async ValueTask AuthAsync(Quest quest, Login login)
    {
        try
        {
            var verdict = await Core.Logins.CheckAsync(login.ProjectId, login.UserId, login.Token, CancellationToken.None);
            if (verdict.Error is not (CoreError.None or CoreError.BadToken))
            {
                Refuse(quest, verdict.Error);
                return;
            }
            var gate = verdict.Project?.Settings.RedirectGate ?? "";
            var isRedirected = gate.Length > 0 && login.Profile != RtmProfile.G4;
            if (verdict.Project is not { } project || isRedirected)
            {
                var no = quest.BeginAnswer(isRedirected ? 2 : 1);
                no.Write("ok"u8, value: false);
                if (isRedirected)
                    no.Write("gate"u8, gate);
                no.Send();
                return;
            }
            var session = new RtmSession(quest.Peer, project, login.UserId, login.Profile, Core.Positions) { Attributes = login.Attributes };
            quest.Peer.Session = session;
            Core.Sessions.Open(session);
            await Core.Translation.OpenAsync(session, login.Language);
            var yes = quest.BeginAnswer(1);
            yes.Write("ok"u8, value: true);
            yes.Send();
            session.BeginPushing();
            quest.Peer.Door.ForgetIfGone(quest.Peer);
            await Core.Logins.CheckAgainAsync(session);
            if (login.WantsUnread && login.Profile == RtmProfile.G1 && project.Settings.UnreadPush)
                await UnreadMethods.PushAsync(Core, project, session);
        }
        finally
        {
            quest.Peer.IsAuthenticating = false;
        }
    }

    /// <summary><c>ping</c> (§3.3).</summary>
    public ValueTask Ping(Quest quest, ref FpnnParameters parameters)
    {
        quest.Answer();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>bye</c> (§3.4): answers, flushes, closes.</summary>
    public ValueTask Bye(Quest quest, ref FpnnParameters parameters)
    {
        quest.Answer();
        quest.Peer.CloseAfterFlush(CloseReason.Bye);
        return ValueTask.CompletedTask;
    }

    /// <summary><c>addvariables</c> (§3.5): var; kept until the connection ends.</summary>
    public ValueTask AddVariables(Quest quest, ref FpnnParameters parameters)
    {
        var added = parameters.StringMap("var"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var merged = Merge(Me(quest).Variables, added);
        if (!IsSmall(merged))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large variables");
        Me(quest).Variables = merged;
        quest.Answer();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>adddebuglog</c> (§3.6): msg, attrs; written to the log category of client debugging.</summary>
    public ValueTask AddDebugLog(Quest quest, ref FpnnParameters parameters)
    {
        var text = parameters.String("msg"u8);
        var attributes = parameters.String("attrs"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var me = Me(quest);
        var settings = ProjectOf(me).Settings;
        if (Encoding.UTF8.GetByteCount(text) > settings.MessageBytes || Encoding.UTF8.GetByteCount(attributes) > settings.AttributeBytes)
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large message or attrs");
        host.ClientDebug.ClientDebug(me.Project.Id, me.UserId, quest.Peer.Endpoint, OneLine(text), OneLine(attributes));
        quest.Answer();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>addattrs</c> (§10.1): attrs; merged into the connection's attributes.</summary>
    public ValueTask AddAttrs(Quest quest, ref FpnnParameters parameters)
    {
        var added = parameters.StringMap("attrs"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var merged = Merge(Me(quest).Attributes, added);
        if (!IsSmall(merged))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large attrs");
        Me(quest).Attributes = merged;
        quest.Answer();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>getattrs</c> (§10.1): a list with a map for each connection of the user; 2.x gets the one map of its own connection.</summary>
    public ValueTask GetAttrs(Quest quest, ref FpnnParameters parameters)
    {
        var me = Me(quest);
        var answer = quest.BeginAnswer(1);
        if (me.Profile == RtmProfile.G4)
        {
            answer.WriteMap("attrs"u8, me.Attributes?.Count ?? 0);
            WriteAll(ref answer, me.Attributes);
        }
        else
        {
            var sessions = me.Presence!.Sessions.ToArray();
            answer.WriteArray("attrs"u8, sessions.Length);
            foreach (var session in sessions)
            {
                var attributes = (session as RtmSession)?.Attributes;
                var own = attributes?.Keys.Count(key => key is not ("ce" or "login" or "my")) ?? 0;
                answer.BeginMap(3 + own);
                answer.Write("ce"u8, session.Endpoint);
                answer.Write("login"u8, session.OpenedAt.ToString(CultureInfo.InvariantCulture));
                answer.Write("my"u8, ReferenceEquals(session, me) ? "true" : "false");
                foreach (var (key, value) in attributes ?? new Dictionary<string, string>())
                {
                    if (key is "ce" or "login" or "my")
                        continue;
                    answer.Value(key);
                    answer.Value(value);
                }
            }
        }
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>kickout</c> (§10.1): ce; ends another connection of the caller, where several are allowed.</summary>
    public ValueTask Kickout(Quest quest, ref FpnnParameters parameters)
    {
        var endpoint = parameters.String("ce"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var me = Me(quest);
        if (!ProjectOf(me).Settings.MultiLogin)
            return RefuseNow(quest, RtmErrors.ForbiddenMethod, "forbidden method");
        if (endpoint.Length == 0)
            return RefuseNow(quest, RtmErrors.EmptyParameter, "empty parameter");
        if (string.Equals(endpoint, me.Endpoint, StringComparison.Ordinal))
            return RefuseNow(quest, RtmErrors.KickoutSelf, "kickout self");
        Core.Sessions.End(me.User, endpoint, SessionEnd.Kicked);
        quest.Answer();
        return ValueTask.CompletedTask;
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? present, Dictionary<string, string> added)
    {
        var merged = present is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new(present, StringComparer.Ordinal);
        foreach (var (key, value) in added)
            merged[key] = value;
        return merged;
    }

    private static bool IsSmall(Dictionary<string, string> map) =>
        map.Count <= MaxVariables
        && map.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value)) <= MaxVariableBytes;

    private static void WriteAll(ref AnswerWriter answer, IReadOnlyDictionary<string, string>? map)
    {
        foreach (var (key, value) in map ?? new Dictionary<string, string>())
        {
            answer.Value(key);
            answer.Value(value);
        }
    }

    /// <summary>A client must not be able to forge lines of our log.</summary>
    private static string OneLine(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\x1f') ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
