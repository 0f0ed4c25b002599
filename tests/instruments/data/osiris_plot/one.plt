<plt>
	<Version>2.16</Version>
	<parameters>
		<kit>Identifiler</kit>
		<ls>ABI-LIZ500</ls>
	</parameters>
	<filename>S1_A01</filename>
	<ilsChannel>5</ilsChannel>
	<channel>
		<nr>1</nr>
		<minRFU>150</minRFU>
		<rawPoints>511 505 -3 495</rawPoints>
		<analyzedPoints>0 1 400 2</analyzedPoints>
		<samplePeak>
			<mean>2.4</mean>
			<height>400</height>
			<BPS>139.0</BPS>
			<meanbps>136.2069766</meanbps>
			<PeakArea>63952.11653</PeakArea>
			<allele>11</allele>
		</samplePeak>
		<artifact><mean>3</mean><height>2</height><label>Stutter</label></artifact>
	</channel>
	<channel>
		<nr>5</nr>
		<rawPoints>1 2 3 4</rawPoints>
	</channel>
</plt>
