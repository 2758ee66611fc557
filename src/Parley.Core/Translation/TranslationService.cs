using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Translation;

/// <summary>The outcome of a request to translate a text.</summary>
/// <param name="Error"><see cref="CoreError.TranslationOff"/>, <see cref="CoreError.EmptyText"/>, <see cref="CoreError.TooLarge"/>,
/// <see cref="CoreError.UnknownLanguage"/>, <see cref="CoreError.TranslationFailed"/> or none.</param>
/// <param name="Source">The language of the original, as clients know it.</param>
/// <param name="Text">The translation.</param>
public readonly record struct TranslationOutcome(CoreError Error, string Source, string Text);

/// <summary>
/// Translation of texts on request, and of messages for users who have set a language. Off until an engine is plugged in
/// (<see cref="ParleyCore.UseTranslator"/>), and off for projects that do not want it.
/// </summary>
public sealed class TranslationService : ISessionObserver, IAsyncDisposable
{
    private readonly ProjectDirectory _projects;
    private readonly IUserStore _users;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ITranslator? _translator;
    private LanguageList? _languages;
    private TranslationQueue? _queue;
    private int _readers;

    internal TranslationService(ProjectDirectory projects, IUserStore users, TimeProvider time, ILogger logger)
    {
        _projects = projects;
        _users = users;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether some user who is online has a language; messages are looked at only then.</summary>
    internal bool IsWanted => Volatile.Read(ref _readers) > 0;

    /// <summary>The figures; null without an engine.</summary>
    internal TranslationMetrics? Metrics => _queue?.Metrics;

    /// <summary>Whether a project has translation.</summary>
    public bool IsOn(Project project) => _translator is not null && _projects.Current(project).Settings.Translation;

    /// <summary>
    /// Sets the language that a user wants to read, for all of the user's sessions at once and for later ones; "" = none.
    /// <see cref="CoreError.TranslationOff"/>, <see cref="CoreError.UnknownLanguage"/>, <see cref="CoreError.TranslationFailed"/> when
    /// the engine cannot say which languages it knows, or none.
    /// </summary>
    public async ValueTask<CoreError> SetLanguageAsync(Session session, string language, CancellationToken cancellationToken)
    {
        if (!IsOn(session.Project))
            return CoreError.TranslationOff;
        if (language.Length > 0)
        {
            try
            {
                var known = await _languages!.GetAsync(cancellationToken);
                if (!LanguageCodes.IsWellFormed(language) || LanguageCodes.Find(known, language) is not { } spelled)
                    return CoreError.UnknownLanguage;
                language = LanguageCodes.ForClients(spelled);
            }
            catch (TranslationException exception)
            {
                _logger.TranslationFailed(exception.Message);
                return CoreError.TranslationFailed;
            }
        }
        await KeepAsync(session, language, cancellationToken);
        return CoreError.None;
    }

    /// <summary>
    /// Call when a session has been opened and before its client is told: from then on it knows the user's language. What the client
    /// wished for at login is kept first, unless it is no language. Never asks the engine, and never fails a login.
    /// </summary>
    public async ValueTask OpenAsync(Session session, string? wished)
    {
        if (!IsOn(session.Project) || (wished is null && !session.TakesTranslations))
            return;
        try
        {
            var presence = session.Presence!;
            (int Begun, int Done) before;
            lock (presence.Gate)
                before = (presence.LanguageChanges, presence.LanguageChangesDone);
            var kept = (await _users.GetProfileAsync(session.Project.Id, session.UserId, CancellationToken.None)).Language;
            if (wished is not null && wished != kept && _languages!.MayKnow(wished))
            {
                await KeepAsync(session, wished, CancellationToken.None);
                return;
            }
            lock (presence.Gate)
            {
                // when somebody changes it meanwhile, that is newer than what was read
                if ((presence.LanguageChanges, presence.LanguageChangesDone) == before)
                    Apply(presence, kept);
            }
        }
        catch (Exception exception)
        {
            _logger.LanguageUnknown(exception);
        }
    }

    /// <summary>Translates a text. The checks are made in the order of <see cref="TranslationOutcome.Error"/>.</summary>
    public async ValueTask<TranslationOutcome> TranslateAsync(
        Project project, string text, int textBytes, string source, string target, CancellationToken cancellationToken)
    {
        if (!IsOn(project))
            return Refused(CoreError.TranslationOff);
        if (text.Length == 0)
            return Refused(CoreError.EmptyText);
        if (textBytes > _projects.Current(project).Settings.MessageBytes)
            return Refused(CoreError.TooLarge);
        if (!LanguageCodes.IsWellFormed(target) || (source.Length > 0 && !LanguageCodes.IsWellFormed(source)))
            return Refused(CoreError.UnknownLanguage);
        try
        {
            var known = await _languages!.GetAsync(cancellationToken);
            var from = source.Length == 0 ? null : LanguageCodes.Find(known, source);
            if (LanguageCodes.Find(known, target) is not { } to || (from is null && source.Length > 0))
                return Refused(CoreError.UnknownLanguage);
            var translated = await _translator!.TranslateAsync(text, from, to, cancellationToken);
            return new(CoreError.None, source.Length > 0 ? source : LanguageCodes.ForClients(translated.Source), translated.Text);
        }
        catch (TranslationException exception)
        {
            _logger.TranslationFailed(exception.Message);
            return Refused(CoreError.TranslationFailed);
        }
    }

    /// <summary>Ends translation; what waits is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue is not null)
            await _queue.DisposeAsync();
    }

    void ISessionObserver.OnOpened(Session session)
    {
    }

    void ISessionObserver.OnClosed(Session session)
    {
        if (session.Presence is not { } presence)
            return;
        lock (presence.Gate)
        {
            if (presence.IsRetired)
                Change(presence, "");
        }
    }

    internal void Use(ITranslator translator, TranslationOptions options)
    {
        _translator = translator;
        _languages = new(translator, options.LanguagesLife, _time);
        _queue = new(TranslateAsync, options, _time, _logger);
        _ = WarmAsync(_languages);
    }

    /// <summary>Whether a message is a text that can be translated.</summary>
    internal static bool IsText(Message message) => message is { File: FileKind.None, IsBinary: false, Body.Length: > 0 };

    /// <summary>Takes the translations of a message that was just pushed.</summary>
    internal void Add(List<TranslationJob> jobs)
    {
        if (_queue is not null && _projects.Current(jobs[0].Sessions[0].Project).Settings.Translation)
            _queue.Add(jobs);
    }

    /// <summary>The translation of a message; null when none is to be pushed.</summary>
    private async ValueTask<string?> TranslateAsync(TranslationJob job, CancellationToken cancellationToken)
    {
        try
        {
            var known = await _languages!.GetAsync(cancellationToken);
            if (LanguageCodes.Find(known, job.Language) is not { } target)
            {
                _queue!.Metrics.On(TranslationResult.Failed);
                return null;
            }
            var text = System.Text.Encoding.UTF8.GetString(job.Message.Body.Span);
            var translated = await _translator!.TranslateAsync(text, source: null, target, cancellationToken);
            if (!LanguageCodes.AreSame(translated.Source, target))
                return translated.Text;
            _queue!.Metrics.On(TranslationResult.Same);
            return null;
        }
        catch (TranslationException exception)
        {
            _queue!.Metrics.On(TranslationResult.Failed);
            _logger.TranslationFailed(exception.Message);
            return null;
        }
    }

    // so that the first user to ask need not wait, and a login knows which languages there are
    private async Task WarmAsync(LanguageList languages)
    {
        try
        {
            await languages.GetAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            _logger.EngineAbsent(exception.Message);
        }
    }

    private static TranslationOutcome Refused(CoreError error) => new(error, "", "");

    /// <summary>Stores a language and then tells the sessions. Of changes made at the same time, the one that is stored last is told last.</summary>
    private async ValueTask KeepAsync(Session session, string language, CancellationToken cancellationToken)
    {
        var presence = session.Presence!;
        int change;
        ValueTask stored;
        lock (presence.Gate)
        {
            change = ++presence.LanguageChanges;
            // in the lock: the store takes changes in the order of these calls
            stored = _users.UpdateProfileAsync(
                session.Project.Id, session.UserId, new ProfileChange { Language = language }, cancellationToken);
        }
        await stored;
        lock (presence.Gate)
        {
            if (change <= presence.LanguageChangesDone)
                return;
            presence.LanguageChangesDone = change;
            Apply(presence, language);
        }
    }

    /// <summary>Call inside the presence's gate.</summary>
    private void Apply(Presence presence, string language)
    {
        if (!presence.IsRetired)
            Change(presence, language);
    }

    private void Change(Presence presence, string language)
    {
        if (presence.Language.Length == 0 && language.Length > 0)
            Interlocked.Increment(ref _readers);
        else if (presence.Language.Length > 0 && language.Length == 0)
            Interlocked.Decrement(ref _readers);
        presence.Language = language;
    }
}
