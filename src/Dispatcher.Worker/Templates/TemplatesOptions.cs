namespace Dispatcher.Worker.Templates;

/// <summary>Section <c>Templates</c>.</summary>
public sealed class TemplatesOptions
{
    public const string Section = "Templates";

    /// <summary>
    /// Folder of tenants' templates, <c>&lt;tenant or _shared&gt;/&lt;templateId&gt;/</c>. Default none: those that ship are used
    /// alone.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>How often changes are looked for. Default 1 s; at least 100 ms.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}
