// SPDX-License-Identifier: MIT

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Renders a collector's instruments in the text format of Prometheus, version 0.0.4: one family per instrument, in the
/// order in which the instruments were created. A name has <c>_</c> for <c>.</c>, and a counter's name ends in
/// <c>_total</c>. Thread-safe; scrapes run one at a time.
/// </summary>
sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    readonly MeterListener _listener = new();
    readonly List<Family> _families = [];
    readonly Lock _scrape = new();
    readonly IngestHistograms _histograms;

    public PrometheusText(CollectorMetrics metrics, IngestHistograms histograms)
    {
        _histograms = histograms;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, metrics.Meter))
                return; // of the framework, or of another collector in this process
            var family = new Family(instrument);
            _families.Add(family);
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) =>
            ((Family)family!).Add(tags, value.ToString(CultureInfo.InvariantCulture)));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) =>
            ((Family)family!).Add(tags, value.ToString("0.######", CultureInfo.InvariantCulture)));
        _listener.Start();
    }

    /// <summary>Collects and renders all instruments.</summary>
    public string Scrape()
    {
        lock (_scrape)
        {
            foreach (var family in _families)
                family.Clear();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in _families)
                family.AppendTo(text);
            _histograms.AppendTo(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>An instrument with its samples of the current scrape.</summary>
    sealed class Family
    {
        readonly string _name;
        readonly string _head;
        readonly StringBuilder _samples = new();

        public Family(Instrument instrument)
        {
            var isCounter = instrument is ObservableCounter<long> or ObservableCounter<double>;
            _name = instrument.Name.Replace('.', '_') + (isCounter ? "_total" : "");
            var type = isCounter ? "counter" : "gauge";
            _head = $"# HELP {_name} {instrument.Description}\n# TYPE {_name} {type}\n";
        }

        public void Clear() => _samples.Clear();

        public void Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, string value)
        {
            _samples.Append(_name);
            for (var i = 0; i < tags.Length; i++)
            {
                // No value needs escaping: names of tools and words of closed sets.
                _samples.Append(i == 0 ? '{' : ',')
                    .Append(CultureInfo.InvariantCulture, $"{tags[i].Key}=\"{tags[i].Value}\"");
            }

            _samples.Append(tags.Length > 0 ? "} " : " ").Append(value).Append('\n');
        }

        public void AppendTo(StringBuilder text) => text.Append(_head).Append(_samples);
    }
}
