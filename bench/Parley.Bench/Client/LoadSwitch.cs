namespace Parley.Bench.Client;

/// <summary>Whether connections go on sending.</summary>
internal sealed class LoadSwitch
{
    private volatile bool _isOn;

    /// <summary>Whether new quests are to be sent.</summary>
    public bool IsOn
    {
        get => _isOn;
        set => _isOn = value;
    }
}
