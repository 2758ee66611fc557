using Parley.Core;
using Parley.Core.MobilePush;
using Parley.Outgoing;
using Parley.Outgoing.MobilePush;
using Parley.Outgoing.Translation;
using Parley.Server.Settings;

namespace Parley.Server.Hosting;

/// <summary>What the server asks of other servers: a translation engine, push services. Made from settings, plugged into the core.</summary>
internal sealed class OutgoingServices : IAsyncDisposable
{
    private readonly ParleySettings _settings;
    private readonly LibreTranslateClient? _translator;
    private readonly IReadOnlyList<IPushSender> _senders;

    /// <summary>Makes what the settings name; nothing is called yet.</summary>
    /// <exception cref="ParleyException">A setting or a file of credentials cannot be used.</exception>
    public OutgoingServices(ParleySettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        _settings = settings;
        try
        {
            _senders = PushSenders.Make(settings.MobilePush, time, loggers);
            if (settings.Translation.Url.Length > 0)
                _translator = new(settings.Translation, time, loggers);
        }
        catch (OutgoingSettingsException e)
        {
            foreach (var sender in _senders ?? [])
                sender.Dispose();
            throw new ParleyException(e.Message, ParleyException.Misused, e);
        }
    }

    /// <summary>Plugs them into the core, which disposes of the senders.</summary>
    public void PlugInto(ParleyCore core)
    {
        if (_translator is not null)
        {
            core.UseTranslator(_translator, new()
            {
                QueueLength = _settings.Translation.QueueLength,
                Parallel = _settings.Translation.Parallel,
                LanguagesLife = TimeSpan.FromSeconds(_settings.Translation.LanguagesSeconds),
            });
        }
        if (_senders.Count > 0)
        {
            core.UsePushSenders(_senders, new()
            {
                QueueLength = _settings.MobilePush.QueueLength,
                Parallel = _settings.MobilePush.Parallel,
                TextCharacters = _settings.MobilePush.TextCharacters,
            });
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _translator?.Dispose();
        foreach (var sender in _senders)
            sender.Dispose();
        return ValueTask.CompletedTask;
    }
}
